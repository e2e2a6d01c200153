// Calls the JavaScript SDK in a tight loop: one call a line of the file, each once, and tells how long that took but for
// the first ones, through which it warms up.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [endpoint, path, warmUp, driver] = process.argv.slice(2);
const sdk = createRequire(`${driver}/`)("@aws-sdk/client-sagemaker");
const client = new sdk.SageMakerClient({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDTESTING", secretAccessKey: "testing" },
  maxAttempts: 3,
});
const calls = readFileSync(path, "utf-8").trim().split("\n").map((line) => JSON.parse(line));
const call = ({ operation, input }) => client.send(new sdk[`${operation}Command`](input));
for (const cold of calls.splice(0, Number(warmUp))) await call(cold);
const start = process.hrtime.bigint();
for (const warm of calls) await call(warm);
console.log(Number(process.hrtime.bigint() - start) / 1e9);
client.destroy();
