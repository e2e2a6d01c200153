// Drives the AWS SDK for JavaScript v3 for shapetape: the client package of the service named in `start`, or a client
// made of the model that is named there.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { clientError, isServiceError, serviceError } from "./failure.mjs";
import { BASE, exportsOf } from "./model.mjs";
import { serve } from "./pipe.mjs";
import { hurry, paced } from "./retry.mjs";
import { read, Unsupported, write } from "./typed.mjs";

const require = createRequire(import.meta.url);

/** Longer than any wait under test: the number of polls is bounded by the driver, not the time. */
const WAIT_SECONDS = 86_400;
/** The pause between polls that the SDK is told: older versions refuse one below a second. No other timer is as long. */
const PAUSE_SECONDS = 3_601;
const NO_WAITERS = "what a waiter looks for is generated code, which a client made of a model does not have";

class Driver {
  start(message) {
    const name = message.modelPath ? BASE : `@aws-sdk/client-${message.service}`;
    try {
      this.sdk = message.modelPath ? exportsOf(message.service, message.modelPath) : require(name);
      this.version = JSON.parse(readFileSync(require.resolve(`${name}/package.json`))).version;
    } catch (error) {
      return failed(`${message.modelPath ?? name} cannot be loaded: ${error.message}`);
    }
    this.settings = message;
    this.schemas = schemas();
    const own = Object.entries(this.sdk).find(([key, value]) => /^[A-Z].*Client$/.test(key) && value.prototype?.send);
    this.Client = own[1];
    return {
      started: {
        client: "js-v3",
        version: this.version,
        language: "javascript",
        runtime: process.version.slice(1),
        capabilities: ["call", "paginate", "wait"],
        timestampDigits: 3,
        issues: "https://github.com/aws/aws-sdk-js-v3/issues",
      },
    };
  }

  async run(message) {
    try {
      if (!this.client || message.fresh || message.endpoint !== this.endpoint) await this.connect(message.endpoint);
      return await this[MODES[message.mode]](message);
    } catch (error) {
      if (error instanceof Unsupported) return { unsupported: { reason: error.message } };
      throw error;
    }
  }

  async connect(endpoint) {
    const { region, credentials, retry, timeouts } = this.settings;
    this.client?.destroy();
    this.endpoint = endpoint;
    this.client = new this.Client({
      endpoint,
      region,
      credentials,
      retryMode: retry.mode,
      maxAttempts: retry.maxAttempts,
      requestHandler: {
        connectionTimeout: timeouts.connectMs,
        requestTimeout: timeouts.readMs,
        socketTimeout: timeouts.readMs,
        throwOnRequestTimeout: true,
      },
    });
    await hurry(this.client, retry.maxDelayMs);
  }

  /** The export of that name, which the model's names are part of. */
  named(name, what) {
    const found = this.sdk[name];
    const { service, modelPath } = this.settings;
    const owner = modelPath ? "a client made of a model" : `@aws-sdk/client-${service} ${this.version}`;
    if (!found) throw new Unsupported(`${owner} has no ${what}`);
    return found;
  }

  /** The schemas of an operation's input and output, where this version of the SDK has them at run time. */
  shapes({ operation }) {
    const schema = this.schemas && this.sdk[`${operation}$`];
    return schema ? [this.schemas.of(schema[4]), this.schemas.of(schema[5])] : [];
  }

  async call(message) {
    const Command = this.named(`${message.operation}Command`, `operation ${message.operation}`);
    const [input, output] = this.shapes(message);
    const command = new Command(read(message.input, input));
    try {
      const { requestId, members } = take(await this.client.send(command));
      return { output: write(members, output), requestId };
    } catch (error) {
      return this.failure(error);
    }
  }

  async paginate(message) {
    const paginate = this.named(`paginate${message.operation}`, `paginator for ${message.operation}`);
    const [input, output] = this.shapes(message);
    const argument = read(message.input, input);
    const [pages, requestIds] = [[], []];
    try {
      for await (const page of paginate({ client: this.client }, argument)) {
        const { requestId, members } = take(page);
        pages.push(write(members, output));
        requestIds.push(requestId);
        if (pages.length === message.maxPages) return { pages, requestIds, stopped: "maxPages" };
      }
    } catch (error) {
      return { pages, requestIds, ...this.failure(error) };
    }
    return { pages, requestIds };
  }

  async wait(message) {
    if (this.settings.modelPath) throw new Unsupported(NO_WAITERS);
    const waitUntil = this.named(`waitUntil${message.waiter}`, `waiter ${message.waiter}`);
    const argument = read(message.input, this.shapes(message)[0]);
    const polls = countPolls(this.client, message.maxAttempts);
    const pace = { minDelay: PAUSE_SECONDS, maxDelay: PAUSE_SECONDS, maxWaitTime: WAIT_SECONDS };
    const parameters = { client: this.client, abortSignal: polls.signal, ...pace };
    try {
      await paced(PAUSE_SECONDS * 1000, message.delayMs, () => waitUntil(parameters, argument));
      return { waited: "success", reason: null };
    } catch (error) {
      if (polls.signal.aborted) return { waited: "timeout", reason: "stopped by the driver: the SDK bounds time, not polls" };
      if (error.name === "TimeoutError" && !error.code) return { waited: "timeout", reason: String(error.message) };
      return { waited: "failure", reason: this.waitReason(error) };
    } finally {
      polls.stop();
    }
  }

  /** The SDK throws a bare `Error` with the final state as JSON; anything else came from a call. */
  waitReason(error) {
    const final = error.constructor === Error && error.message.startsWith('{"state"');
    return final ? String(error.message) : this.failure(error);
  }

  failure(error) {
    if (!isServiceError(error)) return { clientError: clientError(error) };
    return { serviceError: serviceError(error, (thrown) => this.errorSchema(thrown)) };
  }

  /** The schema of a modelled error; the generic one is the class that the modelled ones extend. */
  errorSchema(error) {
    const name = error.constructor.name;
    if (!this.sdk[name] || name === this.Client.name.replace(/Client$/, "ServiceException")) return undefined;
    return this.schemas?.of(this.sdk[`${name}$`]);
  }
}

const MODES = { call: "call", paginate: "paginate", wait: "wait" };

function failed(reason) {
  return { failed: { reason } };
}

function schemas() {
  try {
    return require("@smithy/core/schema").NormalizedSchema;
  } catch {
    return undefined;
  }
}

/** An output without the SDK's own data about the response. */
function take({ $metadata, ...members }) {
  return { members, requestId: $metadata?.requestId ?? null };
}

/** Aborts the wait when it asks for one poll more than it may make, before that poll is sent. */
function countPolls(client, most) {
  const controller = new AbortController();
  let polls = 0;
  const count = (next) => async (args) => {
    polls += 1;
    if (polls > most) {
      controller.abort();
      throw new Error("no more polls");
    }
    return next(args);
  };
  client.middlewareStack.add(count, { step: "initialize", name: "countPolls", override: true });
  return { signal: controller.signal, stop: () => client.middlewareStack.remove("countPolls") };
}

await serve(new Driver());
