import { look } from "../look";
import { connected, restart } from "../processes";
import { flow, tables } from "../rows";
import type { Run, Script, Seat } from "../run";
import { edge, join, leave } from "./bodies";

const insert = (run: Run, seat: Seat, database: string, table: string, ...ids: string[]) =>
  run.send(seat, { operation: "insert", database, table, records: ids.map((id) => ({ id })) });

/** Which of these rows an instance has, once what is on its way has come. */
async function has(run: Run, seat: Seat, database: string, table: string, ...ids: string[]) {
  await run.pause(1000);
  const search = { operation: "search_by_id", database, table, ids, get_attributes: ["id"] };
  const { answer } = await run.send(seat, search);
  const found = Array.isArray(answer) ? (answer as { id: string }[]).map(({ id }) => id).sort() : [];
  run.note(`${seat} has of ${ids.join(", ")} in ${database}.${table}`, found);
}

async function bothConnected(run: Run, database: string) {
  await connected(run, "a", "b", database);
  await connected(run, "b", "a", database);
}

const edges: Script = {
  name: "an edge brings no rows that are there already, a reconnect those since the last that came",
  async play(run: Run) {
    const [known, silent] = ["conformance_known", "conformance_silent"];
    await tables(run, known, ["dog"]);
    await tables(run, silent, ["dog"]);
    for (const seat of ["a", "b"] as const)
      for (const [database, table] of [
        [known, "dog"],
        [silent, "dog"],
      ] as const)
        await insert(run, seat, database, table, `old-${seat}`);
    const dogs = [edge(known, "dog", true, true), edge(silent, "dog", true, true)];
    await run.ask("a", join("b", dogs));
    await bothConnected(run, known);
    await bothConnected(run, silent);
    await has(run, "b", known, "dog", "old-a", "old-b");
    await flow(run, "a", "b", known, { dog: true });
    await flow(run, "b", "a", known, { dog: true });
    await run.ask("a", leave("b"));
    await run.pause(2000);
    for (const database of [known, silent]) await insert(run, "a", database, "dog", "apart-a");
    for (const database of [known, silent]) await insert(run, "b", database, "dog", "apart-b");
    await run.ask("a", join("b", dogs));
    await bothConnected(run, known);
    await bothConnected(run, silent);
    await flow(run, "a", "b", silent, { dog: true });
    await has(run, "b", known, "dog", "old-a", "apart-a");
    await has(run, "a", known, "dog", "old-b", "apart-b");
    await has(run, "b", silent, "dog", "old-a", "apart-a");
    await has(run, "a", silent, "dog", "old-b", "apart-b");
  },
};

const returning: Script = {
  name: "full replication copies what is there, and a route brings back a removed peer with what it wrote since",
  fresh: true,
  async play(run: Run) {
    const shop = "conformance_returning";
    await tables(run, shop, ["dog", "cat"]);
    await insert(run, "a", shop, "dog", "old-a", "gone-later");
    await insert(run, "b", shop, "dog", "old-b");
    await run.ask("a", join("b"));
    await bothConnected(run, shop);
    await flow(run, "a", "b", shop, { dog: true });
    await flow(run, "b", "a", shop, { dog: true });
    await has(run, "b", shop, "dog", "old-a", "old-b", "gone-later");
    await has(run, "a", shop, "dog", "old-a", "old-b", "gone-later");
    await run.ask("a", leave("b"));
    await look(run, "a");
    await insert(run, "a", shop, "dog", "apart-a");
    await insert(run, "b", shop, "dog", "apart-b");
    await run.send("b", { operation: "delete", database: shop, table: "dog", ids: ["gone-later"] });
    await run.send("a", { operation: "set_configuration", replication_routes: ["wss://{b}:9933"] });
    await restart(run, "a");
    await connected(run, "a", "b", shop);
    await flow(run, "b", "a", shop, { dog: true });
    await has(run, "a", shop, "dog", "apart-a", "apart-b", "gone-later");
  },
};

const forgotten: Script = {
  name: "a route to a peer that has no record any more brings nothing back",
  fresh: true,
  async play(run: Run) {
    const shop = "conformance_forgotten";
    await tables(run, shop, ["dog"]);
    await run.ask("a", join("b"));
    await bothConnected(run, shop);
    await flow(run, "b", "a", shop, { dog: true });
    await run.ask("a", leave("b"));
    await run.pause(1500);
    for (const [seat, peer] of [
      ["b", "a"],
      ["b", "b"],
      ["a", "a"],
    ] as const)
      await run.send(seat, leave(peer));
    await look(run, "a", "b");
    await run.send("a", { operation: "set_configuration", replication_routes: ["wss://{b}:9933"] });
    await restart(run, "a");
    await run.pause(4000);
    await look(run, "a", "b");
    await flow(run, "b", "a", shop, { dog: false });
    await run.send("a", { operation: "set_configuration", replication_routes: [] });
  },
};

export const oldRows = [edges];
export const oldRowsOfFull = [returning, forgotten];
