import "./requires-node";
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type { dynamic } from "@pulumi/pulumi";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { claimSettings } from "../claims";
import { readSettings, settingsFrom } from "../config";
import { PartialFailure } from "../ensure";
import { Instances } from "../instances";
import { Lifecycle } from "../lifecycle";
import { HarperError } from "../operations-api";
import { resources } from "../resources";
import { inputsIn } from "../states";
import { stackOf } from "../urn";
import { auditFileOf } from "./audit-file";
import { EngineLog } from "./engine-log";
import { whenGone } from "./engine-watch";
import { fromEngine, toEngine } from "./values";

// The stub only takes credentials of the very copy of grpc-js that it was made with.
const grpc: typeof Grpc = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");

type Properties = Record<string, unknown>;
type Resource = (typeof resources)[keyof typeof resources];
type Session = { lifecycle: Lifecycle; log: EngineLog };

/** One session a process, for all resources: they share connections, reads and bursts. */
let session: Session | undefined;
let configuration: Properties = {};

/** The hooks of Pulumi's dynamic provider for one resource. They translate, and nothing else. */
export function dynamicProvider(name: keyof typeof resources): dynamic.ResourceProvider {
  const resource = resources[name] as Resource;
  return {
    async configure({ config }) {
      configuration = settingsFrom((name) => config.get(`harper:${name}`), process.env);
    },
    check: (olds, news) =>
      hook(news, async ({ lifecycle }) => {
        const { inputs, failures } = await lifecycle.check(
          resource,
          fromEngine(olds) as Properties,
          fromEngine(news) as Properties,
          originOf(news),
        );
        return { inputs: withOrigin(inputs, news), failures };
      }).catch((error: Error) => ({ inputs: news, failures: [{ property: "", reason: error.message }] })),
    diff: (_id, olds, news) =>
      hook(olds, async ({ lifecycle }) => {
        const { changes, replaces, deleteBeforeReplace } = await lifecycle.diff(
          resource,
          stateFrom(olds),
          fromEngine(news) as Properties,
          originOf(news),
        );
        return { changes, replaces, deleteBeforeReplace };
      }),
    create: (inputs) =>
      hook(inputs, async ({ lifecycle }) => {
        const { id, state } = await lifecycle.create(resource, fromEngine(inputs) as Properties, originOf(inputs));
        return { id, outs: withOrigin(state, inputs) };
      }),
    read: (id, props) =>
      hook(props, async ({ lifecycle }) => {
        const found = await lifecycle.read(resource, id, stateFrom(props));
        if (!found) return { id: "", props: {} };
        return {
          id: found.id,
          props: withOrigin(found.state, props),
          inputs: withOrigin(inputsIn(resource, found.state), props),
        };
      }),
    update: (_id, olds, news) =>
      hook(news, async ({ lifecycle }) => {
        const { state } = await lifecycle.update(
          resource,
          stateFrom(olds),
          fromEngine(news) as Properties,
          originOf(news),
        );
        return { outs: withOrigin(state, news) };
      }),
    delete: (_id, props) =>
      hook(props, ({ lifecycle }) => lifecycle.delete(resource, stateFrom(props), originOf(props))),
  } as dynamic.ResourceProvider;
}

/** The dynamic provider is told no URN: the SDK's constructors send one along, which is kept beside what is the object's. */
const originKey = "__origin";

const withOrigin = (properties: Properties, { [originKey]: origin }: Properties): Properties => ({
  ...(toEngine(properties) as Properties),
  ...(typeof origin === "string" && { [originKey]: origin }),
});

const originOf = ({ [originKey]: origin }: Properties) =>
  typeof origin === "string" ? { urn: origin, ...stackOf(origin) } : {};

const stateFrom = (props: Properties) => fromEngine(props) as Properties & { instance: string };

const underWay = new Set<Promise<unknown>>();

async function hook<T>(properties: Properties, work: (session: Session) => Promise<T>): Promise<T> {
  try {
    session ??= open();
    const done = work(session);
    const ended = done.catch(() => {}).finally(() => underWay.delete(ended));
    underWay.add(ended);
    return await done;
  } catch (error) {
    throw shown(error, properties);
  } finally {
    await session?.log.delivered();
  }
}

function open(): Session {
  const settings = readSettings(configuration);
  const auditLog = auditFileOf(settings, "dynamic provider");
  const log = new EngineLog();
  const engine = new EngineClient(process.argv[2] ?? "", grpc.credentials.createInsecure());
  log.connect(engine);
  const lifecycle = new Lifecycle({
    instances: new Instances(settings),
    tell: log.tell,
    unverified: settings.unverified,
    claims: claimSettings(settings, process.argv[2] ?? ""),
    expectedTopology: settings.expectedTopology,
    auditLog,
  });
  // The host has no hook for its end: the engine interrupts it, and waits some seconds.
  process.once("SIGINT", () => void lifecycle.release().finally(() => process.exit(0)));
  // The host of a killed engine lives on, and would renew a lease for ever.
  whenGone(engine, () => void Promise.all(underWay).then(() => lifecycle.release()));
  return { lifecycle, log };
}

/**
 * The host prints `${error}: ${error.stack}` of what some hooks throw, beside the message that the engine shows: hence
 * no stack. A partial failure needs `__provider`, or the object can never be deleted.
 */
function shown(error: unknown, properties: Properties): object {
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof HarperError || error instanceof PartialFailure;
  const plain = {
    message,
    code: 2,
    details: message,
    stack: known ? "see the error of the resource" : (error as Error)?.stack,
    toString: () => "harper",
  };
  if (!(error instanceof PartialFailure)) return plain;
  return {
    ...plain,
    id: error.id,
    properties: { ...withOrigin(error.state, properties), __provider: properties.__provider },
    reasons: [message],
  };
}
