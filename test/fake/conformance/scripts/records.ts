import { look } from "../look";
import { now } from "../processes";
import { tables } from "../rows";
import type { Run, Script } from "../run";
import { add, edge, join, leave, update } from "./bodies";

const fields: Script = {
  name: "certificates, shard, start time and authorization of a peer",
  async play(run: Run) {
    const shop = "conformance_fields";
    await tables(run, shop, ["dog"]);
    const dog = [edge(shop, "dog", true, false)];
    await run.ask("a", join("b", dog, { revoked_certificates: ["aa"], shard: 3, start_time: "2026-01-01T00:00:00Z" }));
    await run.ask("a", update("b", dog, { revoked_certificates: ["bb", "aa"], shard: "4" }));
    await run.ask("a", update("b", dog, { revoked_certificates: [] }));
    await run.ask(
      "a",
      update("b", dog, { retain_authorization: true, authorization: { username: "u", password: "p" } }),
    );
    await look(run, "a", "b");
    await run.ask("a", update("b", dog, { unknown: 1, replicates: true }));
    await look(run, "a");
  },
};

const later: Script = {
  name: "later joins",
  async play(run: Run) {
    const shop = "conformance_later";
    await tables(run, shop, ["dog"]);
    const dog = [edge(shop, "dog", true, true)];
    await run.send("a", join("b", dog));
    await run.send("a", leave("b"));
    const wrong = { username: "{username}", password: "wrong" };
    await run.ask("a", join("b", dog, { authorization: wrong }));
    await run.ask("a", leave("b"));
    await run.ask("a", add("b", dog));
    await look(run, "a", "b");
    await run.ask("a", leave("b"));
    await run.ask("a", add("b", dog, { authorization: { username: "{username}", password: "{password}" } }));
    await look(run, "a", "b");
    await run.ask("a", add("b", dog, { authorization: wrong }));
    await run.ask("a", { operation: "update_node", hostname: "127.255.0.1", subscriptions: dog });
    await run.ask("a", { operation: "add_node", hostname: "nowhere.invalid", subscriptions: dog });
    await run.ask("a", { operation: "add_node", url: "wss://{b}:9999", subscriptions: dog });
    await run.ask("a", { operation: "add_node", url: "ws://127.255.0.1:9933", subscriptions: dog });
    await run.ask("a", { operation: "add_node", subscriptions: dog });
    await look(run, "a");
    await run.ask("a", { operation: "remove_node", hostname: "127.255.0.1" });
    await run.ask("a", { operation: "remove_node", name: "{b}" });
    await look(run, "a", "b");
  },
};

const updates: Script = {
  name: "an update of a peer that is not there adds it, under the name it gives itself",
  async play(run: Run) {
    const shop = "conformance_update";
    await tables(run, shop, ["dog"]);
    const dog = [edge(shop, "dog", true, false)];
    await run.ask("a", { ...join("b", dog), operation: "update_node" });
    await run.ask("a", { ...update("b", dog), url: "wss://{b}:9933", hostname: "some-name" });
    await look(run, "a", "b");
    await run.ask("a", { operation: "remove_node", hostname: "some-name" });
    await run.ask("a", { operation: "remove_node", url: "wss://{b}:9933" });
    await run.ask("a", { operation: "add_node", node_name: "{b}", subscriptions: dog, ...login });
    await run.ask("a", { operation: "remove_node", node_name: "{b}" });
    await look(run, "a", "b");
  },
};

const login = { verify_tls: false, authorization: { username: "{username}", password: "{password}" } };

const configured: Script = {
  name: "configure_cluster resets nothing",
  async play(run: Run) {
    const shop = "conformance_configure";
    await tables(run, shop, ["dog", "cat"]);
    await run.ask("a", join("b", [edge(shop, "dog", true, false)]));
    const configure = (...connections: object[]) => ({ operation: "configure_cluster", connections });
    const cat = { schema: shop, table: "cat", subscribe: true, publish: false };
    await run.ask("a", configure({ hostname: "{b}", subscriptions: [cat] }));
    await run.ask(
      "a",
      configure(
        { hostname: "{b}", node_name: "x", subscriptions: [cat] },
        { hostname: "{c}", ...login, subscriptions: [cat] },
      ),
    );
    await run.ask("a", configure({ hostname: 5 }));
    await run.ask("a", configure({ hostname: 5, node_name: "five" }, { hostname: "{b}", subscriptions: [cat] }));
    await run.ask("a", configure({}));
    await run.ask("a", configure("x" as unknown as object));
    await look(run, "a", "b", "c");
  },
};

const audit: Script = {
  name: "the audit log of the peers",
  async play(run: Run) {
    const shop = "conformance_audit";
    await tables(run, shop, ["dog"]);
    const from = await now(run, "a");
    const read = { operation: "read_audit_log", schema: "system", table: "hdb_nodes" };
    const since = (time: number) => ({ ...read, search_type: "timestamp", search_values: [time] });
    const ask = async (step: string, body: object) => {
      const { status, answer } = await run.send("a", body as never);
      run.note(step, status === 200 ? answer : { status, answer });
    };
    await run.ask("a", join("c", [edge(shop, "dog", true, false)]));
    await run.pause(50);
    const between = await now(run, "a");
    await run.pause(50);
    await run.ask("a", update("c", [edge(shop, "cat", true, false)]));
    await ask("all since the start", since(from));
    await ask("since between", since(between));
    await run.ask("a", leave("c"));
    await ask("after the removal", since(between));
    await run.pause(50);
    const removed = await now(run, "a");
    await run.ask("a", add("c", [edge(shop, "dog", true, false)]));
    await ask("after the second join", since(from));
    await ask("since the removal", since(removed));
    await ask("of the peer", { ...read, search_type: "hash_value", search_values: ["{c}"] });
    await ask("of nobody", { ...read, search_type: "hash_value", search_values: ["nobody"] });
    await ask("of no table", { ...read, table: "nope" });
  },
};

export const records = [fields, later, updates, configured, audit];
