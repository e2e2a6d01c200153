// A client made at run time of a botocore model. What the SDK's code generator would write for the service, its
// tables and class names, is made here; the client is the released one of SageMaker with these tables, so
// everything that it does is the SDK's own code.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";

import { Schemas } from "./schemas.mjs";

/** The package whose client, middleware and configuration every modelled service shares. */
export const BASE = "@aws-sdk/client-sagemaker";

/** What the package of a service exports, for the model at `path`. */
export function exportsOf(service, path) {
  const files = read(path);
  return new Service(service, files.service, files.paginators, runtime()).exports();
}

/** The modules that generated code imports, as the base does: other versions of them may lie beside it. */
function runtime() {
  const require = createRequire(createRequire(import.meta.url).resolve(BASE));
  try {
    const modules = ["@smithy/core", "@smithy/core/client", "@smithy/core/endpoints", "@smithy/core/schema"];
    return Object.assign({}, ...[BASE, ...modules, "@aws-sdk/core/protocols"].map((name) => require(name)));
  } catch (error) {
    throw new Error(`this version of the SDK works by no schemas at run time: ${error.message}`);
  }
}

class Service {
  constructor(name, model, paginators, sdk) {
    this.sdk = sdk;
    this.model = model;
    this.paginators = paginators;
    this.id = (model.metadata.serviceId ?? name).replace(/[^A-Za-z0-9]/g, "");
    this.namespace = `com.amazonaws.${name.replace(/[^a-z0-9]/g, "")}`;
    this.schemas = new Schemas(this.namespace, model);
  }

  exports() {
    const { errors, registries } = this.errors();
    const Client = this.client(registries);
    const commands = this.commands();
    return { [Client.name]: Client, ...errors, ...commands, ...this.pagers(Client, commands) };
  }

  client(errorTypeRegistries) {
    const { metadata } = this.model;
    const { SageMakerClient } = this.sdk;
    const own = {
      serviceId: metadata.serviceId,
      protocol: this.protocol(),
      protocolSettings: {
        defaultNamespace: this.namespace,
        errorTypeRegistries,
        version: metadata.apiVersion,
        serviceTarget: metadata.targetPrefix,
        awsQueryCompatible: Boolean(metadata.awsQueryCompatible),
      },
      signingName: metadata.signingName ?? metadata.endpointPrefix,
    };
    const name = `${this.id}Client`;
    const classes = {
      [name]: class extends SageMakerClient {
        constructor(configuration) {
          super({ ...own, ...configuration });
        }
      },
    };
    return classes[name];
  }

  protocol() {
    const { protocol, jsonVersion } = this.model.metadata;
    if (protocol !== "json") throw new Error(`its protocol is ${protocol}, and this driver knows awsJson`);
    return jsonVersion === "1.0" ? this.sdk.AwsJson1_0Protocol : this.sdk.AwsJson1_1Protocol;
  }

  /** `FooCommand` and its schema `Foo$` for each operation; event streams have no place in the driver protocol. */
  commands() {
    const { getEndpointPlugin, ListModelsCommand, makeBuilder } = this.sdk;
    const endpoint = ListModelsCommand.getEndpointParameterInstructions();
    const command = makeBuilder(endpoint, this.id, `${this.id}Client`, getEndpointPlugin);
    const isStream = ({ eventstream, members = {} }) =>
      eventstream || Object.values(members).some(({ shape }) => this.model.shapes[shape].eventstream);
    const made = {};
    for (const [name, operation] of Object.entries(this.model.operations)) {
      const ends = [operation.input, operation.output].filter(Boolean);
      if (ends.some(({ shape }) => isStream(this.model.shapes[shape]))) continue;
      const schema = this.schemas.operation(name, operation);
      made[`${name}$`] = schema;
      made[`${name}Command`] = class extends command({}, () => [], name, schema) {};
    }
    return made;
  }

  /** `paginateFoo` where Smithy can say the paginator: it has one token. A flag for more results it does not know. */
  pagers(Client, commands) {
    const { createPaginator } = this.sdk;
    const made = {};
    for (const [name, pager] of Object.entries(this.paginators)) {
      const { input_token: token, output_token: next, limit_key: size } = pager;
      if (!commands[`${name}Command`] || Array.isArray(token) || !/^[\w.]+$/.test(next)) continue;
      made[`paginate${name}`] = createPaginator(Client, commands[`${name}Command`], token, next, size);
    }
    return made;
  }

  /** A class and its schema for each error, and for those that the model does not know. */
  errors() {
    const { ServiceException, TypeRegistry } = this.sdk;
    const synthetic = `smithy.ts.sdk.synthetic.${this.namespace}`;
    const registries = [new TypeRegistry(synthetic), new TypeRegistry(this.namespace)];
    const errors = {};
    const add = (registry, name, schema, error) => {
      Object.assign(errors, { [name]: error, [`${name}$`]: schema });
      registry.registerError(schema, error);
      return error;
    };
    const generic = `${this.id}ServiceException`;
    const Generic = { [generic]: class extends ServiceException {} }[generic];
    add(registries[0], generic, [-3, synthetic, generic, 0, [], []], Generic);
    for (const [name, shape] of Object.entries(this.model.shapes)) {
      if (!shape.exception) continue;
      const schema = this.schemas.of(name);
      add(registries[1], name, schema, modelled(Generic, schema, shape));
    }
    return { errors, registries };
  }
}

/** The class of a modelled error, with the properties that a generated one declares. */
function modelled(Generic, [, , name, { error: $fault }, members], { retryable }) {
  const classes = {
    [name]: class extends Generic {
      constructor(options) {
        super({ name, $fault, ...options });
        if (retryable) this.$retryable = retryable.throttling ? { throttling: true } : {};
        for (const member of members) if (member !== "message") this[member] = options[member];
      }
    },
  };
  return classes[name];
}

/** The model at `path`: a service's folder, one of its version folders, or a `service-2.json`, plain or gzipped. */
function read(path) {
  const file = find(path);
  const folder = dirname(file);
  const service = json(file);
  if (!service.metadata || !service.shapes) throw new Error("it is no model of botocore's");
  const pagers = jsonIn(folder, "paginators-1");
  return { service, paginators: pagers ? json(pagers).pagination : {} };
}

function find(path) {
  if (!statSync(path).isDirectory()) return path;
  const versions = readdirSync(path).sort().reverse();
  const folders = [path, ...versions.map((version) => join(path, version))];
  const file = folders.map((folder) => jsonIn(folder, "service-2")).find(Boolean);
  if (!file) throw new Error("it holds no service-2.json");
  return file;
}

function jsonIn(folder, name) {
  return [`${name}.json`, `${name}.json.gz`].map((file) => join(folder, file)).find(existsSync);
}

function json(file) {
  const bytes = readFileSync(file);
  return JSON.parse(basename(file).endsWith(".gz") ? gunzipSync(bytes) : bytes);
}
