import type { dynamic } from "@pulumi/pulumi";
import { configSchema, readSettings } from "../config";
import { PartialFailure } from "../ensure";
import { Instances } from "../instances";
import { Lifecycle } from "../lifecycle";
import { HarperError } from "../operations-api";
import { resources } from "../resources";
import { EngineLog } from "./engine-log";
import { fromEngine, toEngine } from "./values";

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
      const keys = Object.keys(configSchema.shape) as (keyof typeof configSchema.shape)[];
      configuration = Object.fromEntries(keys.map((key) => [key, settingFrom(key, config.get(`harper:${key}`))]));
    },
    check: (olds, news) =>
      hook(news, async ({ lifecycle }) => {
        const { inputs, failures } = await lifecycle.check(
          resource,
          fromEngine(olds) as Properties,
          fromEngine(news) as Properties,
        );
        return { inputs: toEngine(inputs), failures };
      }).catch((error: Error) => ({ inputs: news, failures: [{ property: "target", reason: error.message }] })),
    diff: (_id, olds, news) =>
      hook(olds, async ({ lifecycle }) => {
        const { changes, replaces, deleteBeforeReplace } = await lifecycle.diff(
          resource,
          stateFrom(olds),
          fromEngine(news) as Properties,
        );
        return { changes, replaces, deleteBeforeReplace };
      }),
    create: (inputs) =>
      hook(inputs, async ({ lifecycle }) => {
        const { id, state } = await lifecycle.create(resource, fromEngine(inputs) as Properties);
        return { id, outs: toEngine(state) };
      }),
    read: (id, props) =>
      hook(props, async ({ lifecycle }) => {
        const found = await lifecycle.read(resource, id, stateFrom(props));
        if (!found) return { id: "", props: {} };
        return {
          id: found.id,
          props: toEngine(found.state) as Properties,
          inputs: toEngine(inputsIn(resource, found.state)) as Properties,
        };
      }),
    update: (_id, olds, news) =>
      hook(news, async ({ lifecycle }) => {
        const { state } = await lifecycle.update(resource, stateFrom(olds), fromEngine(news) as Properties);
        return { outs: toEngine(state) };
      }),
    delete: (_id, props) => hook(props, ({ lifecycle }) => lifecycle.delete(resource, stateFrom(props))),
  } as dynamic.ResourceProvider;
}

const stateFrom = (props: Properties) => fromEngine(props) as Properties & { instance: string };

/** What a state has of the inputs: a field that was not declared is not in it. */
const inputsIn = (resource: Resource, state: Properties) =>
  Object.fromEntries(Object.entries(state).filter(([key]) => Object.hasOwn(resource.inputs.shape, key)));

/** Pulumi hands every setting over as text; what the schema does not take as text is JSON. */
function settingFrom(key: keyof typeof configSchema.shape, text: string | undefined): unknown {
  if (text === undefined || configSchema.shape[key].safeParse(text).success) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function hook<T>(properties: Properties, work: (session: Session) => Promise<T>): Promise<T> {
  try {
    session ??= open();
    return await work(session);
  } catch (error) {
    throw shown(error, properties);
  } finally {
    await session?.log.delivered();
  }
}

function open(): Session {
  const settings = readSettings(
    Object.fromEntries(Object.entries(configuration).filter(([, value]) => value !== undefined)),
  );
  const log = new EngineLog(process.argv[2] ?? "");
  const lifecycle = new Lifecycle({
    instances: new Instances(settings),
    tell: log.tell,
    unverified: settings.unverified,
  });
  return { lifecycle, log };
}

/**
 * The host prints `${error}: ${error.stack}` of what some hooks throw, beside the message that the engine shows: hence
 * no stack. A partial failure needs `__provider`, or the object can never be deleted.
 */
function shown(error: unknown, { __provider }: Properties): object {
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
    properties: { ...(toEngine(error.state) as Properties), __provider },
    reasons: [message],
  };
}
