// Typed JSON of the driver protocol, and the values that the SDK takes and gives.

/** Something that this client or this driver cannot do. */
export class Unsupported extends Error {}

/** A number of typed JSON that no JavaScript number holds: its text. */
class NumberText {
  constructor(text) {
    this.text = text;
  }
}

const LATEST = 8.64e15;
const BIG_INTEGER = 17;
const BIG_DECIMAL = 19;

/** Typed JSON to a value of the SDK; `schema` is its normalized schema, where it has one. */
export function read(value, schema) {
  if (Array.isArray(value)) return value.map((item) => read(item, valueSchema(schema)));
  if (value === null || typeof value !== "object") return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0].startsWith("$")) return readTagged(keys[0], value[keys[0]], schema);
  return readObject(value, schema);
}

function readObject(value, schema) {
  return fromEntries(Object.entries(value).map(([key, item]) => [key, read(item, memberSchema(schema, key))]));
}

function readTagged(tag, inner, schema) {
  switch (tag) {
    case "$int":
      return readInteger(inner, schema);
    case "$float":
      return Number(inner);
    case "$timestamp":
      return readTimestamp(inner);
    case "$blob":
      return new Uint8Array(Buffer.from(inner, "base64"));
    case "$utf16":
      return Buffer.from(inner, "base64").swap16().toString("utf16le");
    case "$document":
      return inner;
    case "$map":
      return readObject(inner, schema);
    case "$unknown":
      throw new Unsupported(`the unknown union member ${inner} has no value to send`);
    default:
      throw new Unsupported(`typed JSON has no tag ${tag}`);
  }
}

function readInteger(text, schema) {
  if (schema?.getSchema() === BIG_INTEGER) return BigInt(text);
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new Unsupported(`the SDK's type for it is number, which cannot hold ${text}`);
  return number;
}

function readTimestamp(text) {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined || /[^0]/.test(fraction.slice(3))) throw new Unsupported(`a Date holds milliseconds, not ${text}`);
  const milliseconds = BigInt(whole) * 1000n + BigInt(fraction.slice(0, 3).padEnd(3, "0"));
  if (milliseconds > LATEST) throw new Unsupported(`a Date cannot hold ${text}`);
  return new Date(sign ? -Number(milliseconds) : Number(milliseconds));
}

/** A value of the SDK to typed JSON. */
export function write(value, schema) {
  if (value === null || value === undefined) return null;
  if (schema?.isDocumentSchema()) return { $document: value };
  switch (typeof value) {
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : { $float: String(value) };
    case "bigint":
      return { $int: String(value) };
    case "string":
      return writeText(value);
    case "object":
      return writeObject(value, schema);
    default:
      return String(value);
  }
}

/** Text, or `$utf16` where it holds a lone surrogate. */
export function writeText(text) {
  if (text.isWellFormed()) return text;
  return { $utf16: Buffer.from(text, "utf16le").swap16().toString("base64") };
}

function writeObject(value, schema) {
  if (value instanceof Date) return { $timestamp: epochText(value) };
  if (value instanceof Uint8Array) return { $blob: Buffer.from(value).toString("base64") };
  if (value instanceof String) return writeText(String(value));
  if (schema?.getSchema() === BIG_DECIMAL && "string" in value) return new NumberText(value.string);
  if (Array.isArray(value)) return value.map((item) => write(item, valueSchema(schema)));
  if (Array.isArray(value.$unknown)) return { $unknown: value.$unknown[0] };
  const set = Object.entries(value).filter(([, item]) => item !== undefined);
  const written = fromEntries(set.map(([key, item]) => [key, write(item, memberSchema(schema, key))]));
  return set.length === 1 && set[0][0].startsWith("$") ? { $map: written } : written;
}

function epochText(date) {
  const milliseconds = date.getTime();
  if (Number.isNaN(milliseconds)) return "NaN";
  const [whole, part] = [Math.trunc(Math.abs(milliseconds) / 1000), Math.abs(milliseconds) % 1000];
  const fraction = part ? `.${String(part).padStart(3, "0")}`.replace(/0+$/, "") : "";
  return `${milliseconds < 0 ? "-" : ""}${whole}${fraction}`;
}

function memberSchema(schema, name) {
  if (schema?.isMapSchema()) return schema.getValueSchema();
  if (schema?.isStructSchema() && schema.getSchema()[4].includes(name)) return schema.getMemberSchema(name);
  return undefined;
}

function valueSchema(schema) {
  return schema?.isListSchema() ? schema.getValueSchema() : undefined;
}

/** An object whose `__proto__` is a key like any other. */
function fromEntries(entries) {
  const object = {};
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return object;
}

/** JSON text; unlike `JSON.stringify` it keeps the sign of zero. */
export function stringify(value) {
  if (value instanceof NumberText) return value.text;
  if (Object.is(value, -0)) return "-0.0";
  if (Array.isArray(value)) return `[${value.map(stringify).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  return `{${Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${stringify(value[key])}`)
    .join(",")}}`;
}
