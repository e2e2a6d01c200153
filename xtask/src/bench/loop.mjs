// Calls the JavaScript SDK in a tight loop: one call a line of the file, each once, and tells how long that took.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [endpoint, path, driver] = process.argv.slice(2);
const sdk = createRequire(`${driver}/`)("@aws-sdk/client-sagemaker");
const client = new sdk.SageMakerClient({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDTESTING", secretAccessKey: "testing" },
  maxAttempts: 3,
});
const calls = readFileSync(path, "utf-8").trim().split("\n").map((line) => JSON.parse(line));
const start = process.hrtime.bigint();
for (const { operation, input } of calls) {
  await client.send(new sdk[`${operation}Command`](input));
}
console.log(Number(process.hrtime.bigint() - start) / 1e9);
client.destroy();
