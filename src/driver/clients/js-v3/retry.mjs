// Cuts the sleeps between attempts short: their length is not judged, their number and order are.

/** Makes a client's own retry strategy sleep no longer than `longest` milliseconds at a time. */
export async function hurry(client, longest) {
  const strategy = await client.config.retryStrategy();
  const refresh = strategy.refreshRetryTokenForRetry.bind(strategy);
  strategy.refreshRetryTokenForRetry = async (token, information) => {
    const next = await briefly(longest, () => refresh(token, information));
    const delay = next.getRetryDelay.bind(next);
    next.getRetryDelay = () => Math.min(delay(), longest);
    return next;
  };
  client.config.retryStrategy = async () => strategy;
}

/** Runs `work` with timers that wait at most `longest`; some versions of the strategy sleep by themselves. */
async function briefly(longest, work) {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (callback, delay, ...rest) => setTimeout(callback, Math.min(delay, longest), ...rest);
  try {
    return await work();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
}
