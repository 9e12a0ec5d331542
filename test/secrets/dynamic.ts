import type { dynamic } from "@pulumi/pulumi";
import { vi } from "vitest";
import { Engine } from "../plugin/engine";
import { checkedAs, everythingOf, type Start, unmarked } from "./scene";

type Fields = Record<string, unknown>;
type Hooks = Required<dynamic.ResourceProvider>;

/** The dynamic provider in this process, as Pulumi's host calls it, with all that it answers, says and throws. */
export const runDynamic: Start = async (settings) => {
  const engine = await Engine.start();
  process.argv[2] = engine.address;
  // It has one session a process.
  vi.resetModules();
  const { dynamicProvider } = await import("../../provider/frontends/dynamic.js");
  const said: string[] = [];
  const texts: Fields = {
    "harper:instances": JSON.stringify(settings.instances),
    "harper:unverified": settings.unverified,
    ...(settings.auditLog !== undefined && { "harper:auditLog": settings.auditLog }),
  };
  const heard = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (thrown) {
      // The engine marks what is left of an object by the names of the inputs; the host prints the rest.
      const { properties, ...rest } = thrown as Fields;
      said.push(
        everythingOf(rest),
        `${thrown}: ${(thrown as Error).stack}`,
        unmarked("Node", (properties ?? {}) as Fields),
      );
      throw thrown;
    }
  };
  return {
    get said() {
      return [...said, ...engine.said];
    },
    of(name) {
      const hooks = dynamicProvider(name) as Hooks;
      const ready = hooks.configure({ config: { get: (key: string) => texts[key] } } as never);
      const check = async (inputs: Fields, olds: Fields = {}) => {
        await ready;
        const answer = await heard(hooks.check(olds, inputs));
        said.push(checkedAs(name, inputs, answer.inputs, answer.failures ?? []));
        return answer.inputs as Fields;
      };
      const kept = (outs: Fields = {}) => {
        said.push(unmarked(name, outs));
        return outs;
      };
      return {
        check,
        async create(inputs) {
          const { id, outs } = await heard(hooks.create(await check(inputs)));
          return { id, state: kept(outs) };
        },
        diff: async (id, state, inputs) =>
          said.push(JSON.stringify(await heard(hooks.diff(id, state, await check(inputs, state))))),
        read: async (id, state) => kept((await heard(hooks.read(id, state))).props),
        update: async (id, state, inputs) =>
          kept((await heard(hooks.update(id, state, await check(inputs, state)))).outs),
        delete: (id, state) => heard(hooks.delete(id, state)),
      };
    },
    others: () => [],
    cancel: () => {},
    close: () => engine.close(),
  };
};
