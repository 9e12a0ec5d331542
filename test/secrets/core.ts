import { functions } from "../../provider/functions";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import type { Connection } from "../../provider/operations-api";
import { resources } from "../../provider/resources";
import { checkedAs, everythingOf, type Start, unmarked } from "./scene";

/** Pauses of the tests take no time, but others have their turn. */
export const atOnce = { quietMs: 1, sleep: () => new Promise<void>((done) => setImmediate(done)) };

/** The core, with all that it answers, says and throws. */
export const runCore: Start = async ({ instances: given, unverified }) => {
  const said: string[] = [];
  const instances = new Instances({ instances: given as Record<string, Connection>, unverified }, atOnce);
  const lifecycle = new Lifecycle({ instances, unverified, tell: (_, text) => said.push(text) });
  const heard = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      said.push(everythingOf(error));
      throw error;
    }
  };
  return {
    said,
    of(name) {
      const resource = resources[name];
      const kept = async <T extends { state?: object } | undefined>(work: Promise<T>) => {
        const answer = await heard(work);
        said.push(unmarked(name, (answer?.state ?? {}) as Record<string, unknown>));
        return answer;
      };
      const checked = async (inputs: Record<string, unknown>, olds = {}) => {
        const answer = await heard(lifecycle.check(resource, olds, inputs));
        said.push(checkedAs(name, inputs, answer.inputs, answer.failures));
        return answer;
      };
      return {
        check: checked,
        create: async (inputs) => kept(lifecycle.create(resource, (await checked(inputs)).inputs)),
        diff: async (_, state, inputs) => {
          const answer = await heard(lifecycle.diff(resource, state as never, (await checked(inputs, state)).inputs));
          said.push(JSON.stringify(answer));
        },
        read: (id, state) => kept(lifecycle.read(resource, id, state as never)),
        update: async (_, state, inputs) =>
          kept(lifecycle.update(resource, state as never, (await checked(inputs, state)).inputs)),
        delete: (_, state) => heard(lifecycle.delete(resource, state as never)),
      };
    },
    others: (peer = "eu-1") => [
      ...[`us/${peer}`, `us/${peer}/shop/dog`, `us/wss://${peer}:9933`].flatMap((id) =>
        Object.entries(resources).map(async ([name, resource]) => {
          const found = await heard(lifecycle.find(resource, id));
          said.push(unmarked(name as keyof typeof resources, found?.state ?? {}));
        }),
      ),
      ...Object.values(functions).map(async (definition) => {
        said.push(JSON.stringify(await heard(lifecycle.invoke(definition, { target: "us" }))));
      }),
    ],
    cancel: () => lifecycle.cancel(),
    close: () => lifecycle.close(),
  };
};
