import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A driver of the AWS SDK for Java v2: the loop that reads one message a line
 * and writes one answer a line. The protocol is described in src/clients/README.md.
 */
final class Driver {
    private static final Pattern SEQ = Pattern.compile("\"seq\"\\s*:\\s*(\\d+)");

    private Session session;
    private boolean ended;

    /** Reads standard input, or the file that is named: the install warms up with one. */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        InputStream messages = arguments.length == 0 ? System.in : new FileInputStream(arguments[0]);
        // Whatever a library prints must not get among the answers.
        System.setOut(System.err);
        new Driver().serve(new BufferedReader(new InputStreamReader(messages, StandardCharsets.UTF_8)), answers);
        // The SDK may have left threads that are no daemons.
        System.exit(0);
    }

    private void serve(BufferedReader lines, PrintStream answers) throws IOException {
        String line;
        while (!ended && (line = lines.readLine()) != null) {
            if (line.isBlank()) {
                continue;
            }
            Map<String, Object> answer = answer(line);
            if (answer != null) {
                answers.write((Json.write(answer) + "\n").getBytes(StandardCharsets.UTF_8));
                answers.flush();
            }
        }
    }

    private Map<String, Object> answer(String line) {
        Message message;
        try {
            message = new Message(Json.object(Json.parse(line)));
        } catch (IllegalArgumentException e) {
            return Answer.unsupported(findSeq(line), "cannot read the line: " + e.getMessage());
        } catch (StackOverflowError e) {
            return Answer.unsupported(findSeq(line), "the line nests too deep");
        }
        Object seq = message.get("seq");
        switch (String.valueOf(message.get("cmd"))) {
            case "start":
                return start(message);
            case "run":
                return session == null ? Answer.unsupported(seq, "a run came before start") : session.run(message);
            case "stop":
                ended = true;
                return null;
            default:
                return Answer.unsupported(seq, "unknown command " + message.get("cmd"));
        }
    }

    private Map<String, Object> start(Message message) {
        try {
            session = new Session(message);
            return Answer.of("started", session.describe());
        } catch (Unsupported e) {
            ended = true;
            return Answer.of("failed", Answer.of("reason", e.getMessage()));
        }
    }

    /** Looks for the number of a line that is not JSON, so that its answer can carry it. */
    private static Object findSeq(String line) {
        Matcher found = SEQ.matcher(line);
        return found.find() ? new Json.Text(found.group(1)) : null;
    }
}
