import { look } from "../look";
import { connected, restart } from "../processes";
import { flow, tables } from "../rows";
import type { Run, Script } from "../run";
import { join, leave } from "./bodies";

const set = (...routes: unknown[]) => ({ operation: "cluster_set_routes", routes });
const drop = (...routes: unknown[]) => ({ operation: "cluster_delete_routes", routes });
const write = (routes: unknown) => ({ operation: "set_configuration", replication_routes: routes });

const [x, y, z] = ["wss://x.invalid:9933", "wss://y.invalid:9933", "wss://z.invalid:9933"];
const object = (hostname: string, port?: unknown) => ({ hostname, ...(port === undefined ? {} : { port }) });

async function show(run: Run): Promise<void> {
  await run.ask("a", { operation: "cluster_get_routes" });
  const { answer } = await run.send("a", { operation: "get_configuration" });
  const { replication } = answer as { replication: { routes: unknown } };
  run.note("routes in the file at a", replication.routes ?? null);
}

const shapes: Script = {
  name: "routes that make no sense",
  async play(run: Run) {
    for (const routes of [undefined, "x", null, [5], [null], [{}], [""], [[x]], [{ port: 1 }], [{ hostname: 5 }]]) {
      await run.ask("a", { operation: "cluster_set_routes", routes });
    }
    await run.ask("a", drop({}));
    await run.ask("a", { operation: "cluster_delete_routes" });
    await run.ask("a", { operation: "cluster_delete_routes", routes: null });
    await run.ask("a", { ...set(x), server: "x" });
    await run.ask("a", set(object("x", -1)));
    await run.ask("a", set(object("x", true)));
    await run.ask("a", set());
    await show(run);
  },
};

const fromNothing: Script = {
  name: "routes set on an empty list forget each other",
  async play(run: Run) {
    await run.ask("a", set(x));
    await run.ask("a", set(y));
    await show(run);
    await run.ask(
      "a",
      set("junk string", object("x", "abc"), object("x"), { host: "x", port: 1 }, { ...object("x", 2), more: 1 }, z, z),
    );
    await run.ask("a", drop(z));
    await show(run);
    await run.ask("a", write([x, object("y", 9933), object("z", 9933)]));
    await run.ask("a", set(y));
    await show(run);
  },
};

const kept: Script = {
  name: "routes bring a removed peer back at the next start and are kept apart from the file",
  async play(run: Run) {
    const shop = "conformance_back";
    await tables(run, shop, ["dog"]);
    await run.ask("a", join("b"));
    await connected(run, "b", "a", shop);
    await run.ask("a", leave("b"));
    await look(run, "a", "b");
    await run.ask("a", write([x, "wss://{b}:9933", object("y.invalid", 9933), object("z.invalid", 9933)]));
    await restart(run, "a");
    await connected(run, "a", "b", shop);
    // Whether b takes its own record back as well is a race.
    await look(run, "a");
    await flow(run, "b", "a", shop, { dog: true });
    await show(run);
    await run.ask("a", set(object("w.invalid", 9933)));
    await run.ask("a", set(x, { host: "w.invalid", port: 1 }, object("w.invalid", 1), object("w.invalid")));
    await show(run);
    await run.ask("a", drop(x));
    await show(run);
    await run.ask("a", set(y));
    await show(run);
    await run.ask("a", drop(object("anything", 9933)));
    await show(run);
    await run.ask("a", drop("nothing"));
    await run.ask("a", write([]));
    await show(run);
    await run.ask("a", set(x));
    await show(run);
    await run.ask("a", write("x"));
    await run.ask("a", write(null));
    await show(run);
    await run.ask("a", { operation: "set_configuration" });
    await run.ask("a", { operation: "set_configuration", no_such_key: 1 });
    await run.ask("a", write([]));
  },
};

export const routes = [fromNothing, shapes];
export const routesAfterRestart = [kept];
