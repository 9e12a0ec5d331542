import { connected } from "../processes";
import { flow, tables } from "../rows";
import type { Run } from "../run";
import { join } from "./bodies";

/** What keeps a lease and claims on an instance: a table that is not audited does not replicate. */
const ownTable = {
  name: "a table of one's own, on an instance and in a full mesh",
  fresh: true,
  async play(run: Run) {
    const [database, table] = ["conformance_notes", "{a}"];
    const inTable = (body: object) => ({ ...body, database, table });
    const insert = (...records: object[]) => inTable({ operation: "insert", records });
    const all = inTable({
      operation: "search_by_value",
      search_attribute: "id",
      search_value: "*",
      get_attributes: ["*"],
    });
    const create = inTable({ operation: "create_table", primary_key: "id", audit: false });
    run.databases.add(database).add("conformance_mesh");

    await run.ask("a", insert({ id: "a" }));
    await run.ask("a", all);
    await run.ask("a", inTable({ operation: "delete", ids: ["a"] }));
    await run.ask("a", create);
    await run.ask("a", create);
    await run.ask("a", { ...all, table: "none" });
    await run.ask("a", { ...insert({ id: "a" }), table: "none" });
    await run.ask("a", { ...inTable({ operation: "delete", ids: ["a"] }), table: "none" });
    await run.ask("a", { ...inTable({ operation: "update", records: [{ id: "a" }] }), table: "none" });
    await run.ask("a", { ...create, table: "a/b" });

    await run.ask("a", insert({ id: "a", who: "one", list: [1], nested: { x: 1 } }, { id: "b" }));
    await run.ask("a", insert({ id: "a", who: "two" }, { id: "c", who: "two" }));
    await run.ask("a", inTable({ operation: "update", records: [{ id: "b", who: "three" }, { id: "gone" }] }));
    await run.ask("a", inTable({ operation: "delete", ids: ["c", "gone"] }));
    await run.ask("a", all);
    await run.ask("a", { ...all, get_attributes: ["id", "nothing"] });

    // The mesh copies the table, and rows only of tables that are audited.
    const audited = "conformance_audited";
    await tables(run, audited, ["log"]);
    await run.ask("a", join("b"));
    await connected(run, "b", "a", audited);
    await connected(run, "a", "b", audited);
    const inMesh = (body: object) => ({ ...body, database: "conformance_mesh" });
    await run.ask("a", inMesh(create));
    await connected(run, "b", "a", "conformance_mesh");
    await connected(run, "a", "b", "conformance_mesh");
    await run.ask("a", inMesh(insert({ id: "d" })));
    await flow(run, "a", "b", audited, { log: true });
    await run.ask("b", inMesh(all));
    // The copy is audited, as any table: what is written into it comes back.
    await run.ask("b", inMesh(insert({ id: "e" })));
    await flow(run, "b", "a", audited, { log: true });
    await run.ask("a", inMesh(all));
  },
};

export const notes = [ownTable];
