// Typed JSON of the driver protocol, and the values that the SDK takes and gives.

/** Something that this client or this driver cannot do. */
export class Unsupported extends Error {}

/** JSON that is text already. */
class Written {
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

/** A value of the SDK to typed JSON, in one pass to its text. */
export function write(value, schema) {
  return new Written(textOf(value, isNeeded(schema) ? schema : undefined));
}

function textOf(value, schema) {
  if (value === null || value === undefined) return "null";
  if (schema?.isDocumentSchema()) return `{"$document":${stringify(value)}}`;
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? stringify(value) : `{"$float":"${value}"}`;
    case "bigint":
      return `{"$int":"${value}"}`;
    case "object":
      return textOfObject(value, schema);
    default:
      return typeof value === "boolean" ? String(value) : JSON.stringify(writeText(String(value)));
  }
}

/** Text, or `$utf16` where it holds a lone surrogate. */
export function writeText(text) {
  if (text.isWellFormed()) return text;
  return { $utf16: Buffer.from(text, "utf16le").swap16().toString("base64") };
}

function textOfObject(value, schema) {
  if (value instanceof Date) return `{"$timestamp":"${epochText(value)}"}`;
  if (value instanceof Uint8Array) return `{"$blob":"${Buffer.from(value).toString("base64")}"}`;
  if (value instanceof String) return JSON.stringify(writeText(String(value)));
  if (schema?.getSchema() === BIG_DECIMAL && "string" in value) return value.string;
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item, valueSchema(schema))).join(",")}]`;
  if (Array.isArray(value.$unknown)) return `{"$unknown":${JSON.stringify(value.$unknown[0])}}`;
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  const members = keys.map((key) => `${JSON.stringify(key)}:${textOf(value[key], memberSchema(schema, key))}`);
  const text = `{${members.join(",")}}`;
  return keys.length === 1 && keys[0].startsWith("$") ? `{"$map":${text}}` : text;
}

const needed = new WeakMap();

/** Whether a value cannot be told without its schema: a document or a big decimal may stand in it. */
function isNeeded(schema) {
  if (!schema) return false;
  const key = schema.getSchema();
  if (typeof key !== "object") return isTold(schema);
  if (!needed.has(key)) needed.set(key, [...parts(schema, new Map()).values()].some(isTold));
  return needed.get(key);
}

function isTold(schema) {
  return schema.isDocumentSchema() || schema.getSchema() === BIG_DECIMAL;
}

/** A schema and all that it is made of. */
function parts(schema, found) {
  const key = schema.getSchema();
  if (found.has(key)) return found;
  found.set(key, schema);
  if (schema.isStructSchema()) for (const name of key[4]) parts(schema.getMemberSchema(name), found);
  if (schema.isListSchema() || schema.isMapSchema()) parts(schema.getValueSchema(), found);
  return found;
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
  if (value instanceof Written) return value.text;
  if (Object.is(value, -0)) return "-0.0";
  if (Array.isArray(value)) return `[${value.map(stringify).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  return `{${Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${stringify(value[key])}`)
    .join(",")}}`;
}
