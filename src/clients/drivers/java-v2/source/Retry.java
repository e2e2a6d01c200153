import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RecordSuccessResponse;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;

/**
 * The SDK's own retry strategy with a bound on its sleep, a Retry-After header
 * included. Whether and how often to try again stays with the SDK.
 */
final class Retry implements RetryStrategy {
    private final RetryStrategy own;
    private final Duration longest;

    Retry(Message given) {
        own = AwsRetryStrategy.forRetryMode(mode(given)).toBuilder()
                .maxAttempts(given.integer("maxAttempts"))
                .build();
        longest = Duration.ofMillis(given.integer("maxDelayMs"));
    }

    static RetryMode mode(Message given) {
        switch (String.valueOf(given.get("mode"))) {
            case "standard":
                return RetryMode.STANDARD;
            case "adaptive":
                return RetryMode.ADAPTIVE_V2;
            case "legacy":
                return RetryMode.LEGACY;
            default:
                throw new Unsupported("this client has the retry modes standard, adaptive and legacy, not " + given.get("mode"));
        }
    }

    private Duration bounded(Duration delay) {
        return delay.compareTo(longest) < 0 ? delay : longest;
    }

    @Override
    public AcquireInitialTokenResponse acquireInitialToken(AcquireInitialTokenRequest request) {
        AcquireInitialTokenResponse given = own.acquireInitialToken(request);
        return AcquireInitialTokenResponse.create(given.token(), bounded(given.delay()));
    }

    @Override
    public RefreshRetryTokenResponse refreshRetryToken(RefreshRetryTokenRequest request) {
        RefreshRetryTokenResponse given = own.refreshRetryToken(request);
        return RefreshRetryTokenResponse.create(given.token(), bounded(given.delay()));
    }

    @Override
    public RecordSuccessResponse recordSuccess(RecordSuccessRequest request) {
        return own.recordSuccess(request);
    }

    @Override
    public int maxAttempts() {
        return own.maxAttempts();
    }

    @Override
    public RetryStrategy.Builder<?, ?> toBuilder() {
        return own.toBuilder();
    }
}
