// What an exception of the SDK is, in the words of the driver protocol.

import { write, writeText } from "./typed.mjs";

const STAGES = [
  [/deserial|parseJson|JsonShapeDeserializer/i, "decode"],
  [/serial|JsonShapeSerializer/i, "serialize"],
  [/paginat/i, "paginate"],
];

const BARE = [Error, EvalError, RangeError, ReferenceError, TypeError, URIError];

/** Whether an exception carries an answer of the service that the SDK took for an error. */
export function isServiceError(error) {
  return error instanceof Error && (error.$fault === "client" || error.$fault === "server");
}

/** The `serviceError` of an exception; `errors` gives the schema of a modelled class by its name. */
export function serviceError(error, errors) {
  const schema = errors(error);
  const given = (schema ? schema.getSchema()[4] : []).map((name) => [name, member(error, name)]);
  const members = given.filter(([, value]) => value !== undefined);
  return {
    code: text(error.name),
    message: text(error.message),
    status: error.$metadata?.httpStatusCode ?? null,
    requestId: error.$metadata?.requestId ?? null,
    modeled: schema ? error.constructor.name : null,
    members: Object.fromEntries(members.map(([name, value]) => [name, write(value, schema.getMemberSchema(name))])),
  };
}

/** A member of a modelled error; the SDK moves one called `Message` to `message`. */
function member(error, name) {
  return error[name] ?? (name.toLowerCase() === "message" ? error.message : undefined);
}

/** The `clientError` of any other exception. */
export function clientError(error) {
  const thrown = error instanceof Error ? error : new Error(String(error));
  return {
    stage: stage(thrown),
    class: thrown.name === "Error" ? (thrown.code ?? "Error") : thrown.name,
    message: text(thrown.message),
    typed: isTyped(thrown),
  };
}

function stage(error) {
  // The SDK calls a connection that was reset a `TimeoutError` too; its code tells them apart.
  if (isTransport(error) && error.code !== "ETIMEDOUT") return "transport";
  if (error.name === "TimeoutError" || error.code === "ETIMEDOUT") return "timeout";
  if (error instanceof SyntaxError || error.$response || error.$responseBodyText !== undefined) return "decode";
  return STAGES.find(([pattern]) => pattern.test(error.stack ?? ""))?.[1] ?? "unknown";
}

/** Node's errors of sockets and of its HTTP parser carry a code. */
function isTransport(error) {
  return error.syscall !== undefined || /^(E[A-Z]+|HPE_\w+|ERR_\w+)$/.test(error.code ?? "") || error.message === "aborted";
}

/** The language's own classes are no errors of the SDK, but where it gave them a name, or the answer they are about. */
function isTyped(error) {
  if (isTransport(error)) return true;
  if (error instanceof SyntaxError) return error.$response !== undefined || error.$responseBodyText !== undefined;
  return !BARE.includes(error.constructor) || error.name !== error.constructor.name;
}

function text(value) {
  return value === null || value === undefined ? null : writeText(String(value));
}
