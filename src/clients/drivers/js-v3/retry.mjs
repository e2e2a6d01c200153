// Cuts the sleeps between attempts and polls short: their length is not judged, their number and order are.

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
function briefly(longest, work) {
  return withTimers((delay) => Math.min(delay, longest), work);
}

/** Runs `work` with timers of `agreed` milliseconds that wait `pause` instead; all others are as they were. */
export function paced(agreed, pause, work) {
  return withTimers((delay) => (delay === agreed ? pause : delay), work);
}

async function withTimers(change, work) {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (callback, delay, ...rest) => setTimeout(callback, change(delay), ...rest);
  try {
    return await work();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
}
