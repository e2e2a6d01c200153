// The tables of a service that the SDK works by, its static schemas, made of a botocore model's shapes.

const LIST = 64;
const MAP = 128;
const DOCUMENT = 15;
const TIMESTAMP = 4;
const TIMESTAMP_FORMATS = { iso8601: 5, rfc822: 6, unixTimestamp: 7 };
const SIMPLE = {
  string: 0,
  character: 0,
  byte: 1,
  short: 1,
  integer: 1,
  long: 1,
  float: 1,
  double: 1,
  boolean: 2,
  timestamp: TIMESTAMP,
  bigInteger: 17,
  bigDecimal: 19,
  blob: 21,
};

/** A structure's kind among the static schemas. */
const KINDS = { structure: 3, union: 4, error: -3, operation: 9 };

/** The schemas of a model's shapes, each made when it is first asked for. */
export class Schemas {
  constructor(namespace, model) {
    this.namespace = namespace;
    this.shapes = Object.fromEntries(Object.entries(model.shapes).map(([name, shape]) => [name, widened(shape)]));
    this.queryCompatible = Boolean(model.metadata.awsQueryCompatible);
    this.made = new Map();
  }

  operation(name, { input, output, idempotent, endpoint }) {
    const given = traits({ idempotent, endpoint: endpoint?.hostPrefix && [endpoint.hostPrefix] });
    const ends = [input, output].map((reference) => (reference ? () => this.of(reference.shape) : "unit"));
    return [KINDS.operation, this.namespace, name, given, ...ends];
  }

  of(name) {
    if (!this.made.has(name)) this.made.set(name, this.make(name, this.shapes[name]));
    return this.made.get(name);
  }

  make(name, shape) {
    const head = (kind) => [kind, this.namespace, name, this.traits(name, shape)];
    switch (shape.type) {
      case "structure":
        return shape.document ? DOCUMENT : this.structure(head(kindOf(shape)), shape);
      case "list":
        return [...head(1), this.member(shape.member)];
      case "map":
        return [...head(2), this.member(shape.key), this.member(shape.value)];
      default:
        return [...head(0), simple(shape)];
    }
  }

  /** Required members first, as the SDK's code generator has it; an idempotency token never has to be given. */
  structure(head, { members, required = [] }) {
    const isRequired = ([name, { idempotencyToken }]) => required.includes(name) && !idempotencyToken;
    const entries = Object.entries(members);
    const ordered = [...entries.filter(isRequired), ...entries.filter((entry) => !isRequired(entry))];
    const schemas = ordered.map(([, reference]) => this.member(reference));
    return [...head, ordered.map(([name]) => name), schemas, entries.filter(isRequired).length];
  }

  /** What a member is of, with the traits that it has itself. */
  member(reference) {
    const { idempotencyToken, jsonvalue, hostLabel, sensitive } = reference;
    const mediaType = jsonvalue && "application/json";
    const own = traits({ idempotencyToken, mediaType, hostLabel, sensitive });
    const target = this.target(reference);
    return own === 0 ? target : [target, own];
  }

  target(reference) {
    const shape = this.shapes[reference.shape];
    return this.number(shape, reference) ?? (() => this.of(reference.shape));
  }

  /** The number of a schema that is one: a simple shape's without traits, or of a collection of such. */
  number(shape, reference) {
    if (shape.document) return DOCUMENT;
    if (this.traits("", shape) !== 0) return undefined;
    if (shape.type in SIMPLE) return simple(shape, reference);
    const item = shape.type === "list" ? shape.member : shape.type === "map" ? shape.value : undefined;
    const inner = item && this.shapes[item.shape];
    if (!inner || !(inner.type in SIMPLE) || this.traits("", inner) !== 0) return undefined;
    return (shape.type === "list" ? LIST : MAP) | simple(inner, item);
  }

  traits(name, { sensitive, sparse, exception, fault, error }) {
    const code = this.queryCompatible && error && [error.code ?? name, error.httpStatusCode];
    return traits({
      sensitive,
      sparse,
      error: exception && (fault ? "server" : "client"),
      httpError: exception && error?.httpStatusCode,
      awsQueryError: code,
    });
  }
}

/** A shape with the type that it has in Smithy, where a model tells that botocore has none such. */
function widened(shape) {
  return shape.smithyType ? { ...shape, type: shape.smithyType } : shape;
}

function kindOf({ union, exception }) {
  return union ? KINDS.union : exception ? KINDS.error : KINDS.structure;
}

/** A simple shape's number; the format of a timestamp may be the member's. */
function simple(shape, reference = {}) {
  if (shape.type !== "timestamp") return SIMPLE[shape.type];
  return TIMESTAMP_FORMATS[reference.timestampFormat ?? shape.timestampFormat] ?? TIMESTAMP;
}

/** The traits that are there, flags as the SDK has them; 0 for none. */
function traits(all) {
  const there = Object.entries(all).filter(([, value]) => value);
  return there.length === 0 ? 0 : Object.fromEntries(there.map(([name, value]) => [name, value === true ? 1 : value]));
}
