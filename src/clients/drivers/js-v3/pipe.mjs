// The driver's end of the pipe: one JSON object a line in, one out.

import { Console } from "node:console";

import { stringify } from "./typed.mjs";

const LINE_FEED = 10;

/** The lines of standard input; only a line feed ends one (`node:readline` also splits at U+2028). */
async function* lines() {
  let pieces = [];
  for await (const chunk of process.stdin) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield Buffer.concat([...pieces, chunk.subarray(start, end)]).toString("utf8");
      pieces = [];
      start = end + 1;
    }
    pieces.push(chunk.subarray(start));
  }
}

/** Answers every line with what `driver.start` and `driver.run` give, until `stop` or the end of input. */
export async function serve(driver) {
  // Whatever a library prints must not get between the answers.
  globalThis.console = new Console(process.stderr);
  const answer = (message) => process.stdout.write(`${stringify(message)}\n`);
  for await (const line of lines()) {
    let message;
    try {
      message = JSON.parse(line);
    } catch (error) {
      answer({ unsupported: { reason: `the line is not a message of the protocol: ${error.message}` } });
      continue;
    }
    if (message.cmd === "stop") break;
    if (message.cmd === "start") {
      const started = await driver.start(message);
      answer(started);
      if (started.failed) break;
    } else if (message.cmd === "run") {
      answer({ seq: message.seq, ...(await driver.run(message)) });
    } else {
      answer({ seq: message.seq, unsupported: { reason: `no such command: ${message.cmd}` } });
    }
  }
  process.stdin.destroy();
}
