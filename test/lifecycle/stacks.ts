import { afterEach, beforeEach } from "vitest";
import { type ClaimSettings, holderOf } from "../../provider/claims";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import type { Connection } from "../../provider/operations-api";
import { resources } from "../../provider/resources";
import { fakeWorld } from "./fake-world";
import { authorizationOf, connectionsOf, notesOf } from "./world";

/** How long leases last and are waited for here. */
export const times = { lifetimeMs: 3000, patienceMs: 400, pollMs: 20 };

export const edge = (table: string, more: object = {}) => ({
  target: "us",
  node: "eu-1",
  database: "shop",
  table,
  ...more,
});
/** The same edge, seen from the other instance. */
export const mirror = (table: string) => ({ target: "eu", node: "us-1", database: "shop", table });
export const route = (port: number) => ({ target: "us", hostname: "127.0.0.99", port });

/** Each test of the file that calls this has three stand-ins of its own, and as many stacks on them as it opens. */
export function useStacks() {
  const on = { open: [] as { close(): Promise<void> }[] } as Awaited<ReturnType<typeof fakeWorld>> & {
    open: { close(): Promise<void> }[];
  };
  beforeEach(async () => {
    Object.assign(on, await fakeWorld());
  });
  afterEach(async () => {
    for (const run of on.open.splice(0)) await run.close();
    await on.fake.close();
  });

  /** A run of the provider for one stack, as one `pulumi up` has it. */
  function runOf(
    stack: string,
    settings: Partial<ClaimSettings> = {},
    {
      expectedTopology,
      quietMs = 5,
      connection,
      others,
    }: {
      expectedTopology?: string | undefined;
      quietMs?: number;
      /** Of all instances, beside what they have. */
      connection?: Partial<Connection>;
      /** More instances. */
      others?: Record<string, Connection>;
    } = {},
  ) {
    const said: string[] = [];
    const known = Object.entries(connectionsOf(on.world)).map(([name, one]) => [name, { ...one, ...connection }]);
    const configured = { ...Object.fromEntries(known), ...others };
    const instances = new Instances({ instances: configured, unverified: "keep" }, { quietMs });
    const holder = { ...holderOf(""), who: `${stack}@here` };
    const claims: ClaimSettings = { lease: "on", claims: "on", holder, times, ...settings };
    const lifecycle = new Lifecycle({
      instances,
      unverified: "keep",
      tell: (severity, text) => said.push(`${severity}: ${text}`),
      claims,
      expectedTopology,
    });
    const of = (type: keyof typeof resources) => {
      const resource = resources[type];
      const request = (name: string) => ({
        urn: `urn:pulumi:${stack}::shop::harper:index:${type}::${name}`,
        stack: `shop/${stack}`,
      });
      const check = async (inputs: object, name = "it") => lifecycle.check(resource, {}, { ...inputs }, request(name));
      return {
        check,
        /** Checked, and to be made when it is called. */
        async checked(inputs: object, name = "it", timeoutSeconds = 0) {
          const checked = await check(inputs, name);
          if (checked.failures.length > 0) throw new Error(JSON.stringify(checked.failures));
          return () => lifecycle.create(resource, checked.inputs, { ...request(name), timeoutSeconds });
        },
        async create(inputs: object, name = "it", timeoutSeconds = 0) {
          return (await this.checked(inputs, name, timeoutSeconds))();
        },
        update: async (state: object, inputs: object, name = "it") =>
          lifecycle.update(resource, state as never, (await check(inputs, name)).inputs, request(name)),
        delete: (state: object, name = "it", timeoutSeconds = 0) =>
          lifecycle.delete(resource, state as never, { ...request(name), timeoutSeconds }),
      };
    };
    const run = {
      said,
      node: of("Node"),
      subscription: of("Subscription"),
      route: of("Route"),
      routes: of("Routes"),
      configuration: of("ClusterConfiguration"),

      cancel: () => lifecycle.cancel(),
      close: () => lifecycle.close(),
    };
    on.open.push(run);
    return run;
  }

  const eu = () => ({
    target: "us",
    hostname: "eu-1",
    verifyTls: false,
    authorization: authorizationOf(on.world.instances.eu.connection),
    replicateByDefault: false,
  });
  const rows = async (of: "us" | "eu" = "us") => (await notesOf(on.world, of)).rows;
  const ids = async (of: "us" | "eu" = "us") =>
    (await rows(of)).map(({ id }) => id.replace(/^lease .*/, "lease")).sort();
  const calls = (operation: string) =>
    on.fake.instances["us-1"]?.calls.filter((call) => call.operation === operation) ?? [];
  return { on, runOf, eu, rows, ids, calls };
}
