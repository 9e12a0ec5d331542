import { look } from "../look";
import type { Run, Script } from "../run";
import { add, credentials } from "./bodies";

const junk: Script = {
  name: "requests that make no sense",
  async play(run: Run) {
    await run.ask("a", { operation: "nope" });
    await run.ask("a", {});
    await run.ask("a", {}, { text: "{bad" });
    await run.ask("a", {}, { text: "" });
    await run.ask("a", {}, { text: "[]" });
    await run.ask("a", { operation: 5 });
    await run.ask("a", { operation: "add_node", hostname: 5 });
    await run.ask("a", { operation: "add_node", hostname: "", url: "" });
    await run.ask("a", { operation: "add_node", hostname: null });
    await run.ask("a", { operation: "add_node", hostname: "x", subscriptions: "x" });
    await run.ask("a", { operation: "add_node", hostname: "x", subscriptions: { table: "x" } });
    await run.ask("a", {
      operation: "add_node",
      hostname: "x",
      shard: "x",
      verify_tls: "x",
      revoked_certificates: "x",
    });
    await run.ask("a", { operation: "add_node", hostname: "x", replicates: 1 });
    await run.ask("a", { operation: "add_node", url: "junk", ...credentials });
    await run.ask("a", { operation: "update_node", hostname: 5 });
    await run.ask("a", { operation: "remove_node", hostname: "nope" });
    await run.ask("a", { operation: "remove_node", hostname: 5 });
    await run.ask("a", { operation: "remove_node" });
    await run.ask("a", { operation: "configure_cluster" });
    await run.ask("a", { operation: "configure_cluster", connections: "x" });
    await run.ask("a", { operation: "configure_cluster", connections: [] });
    await look(run, "a");
  },
};

const logins: Script = {
  name: "logins",
  async play(run: Run) {
    const status = { operation: "cluster_status" };
    await run.ask("a", status, { password: "wrong" });
    await run.ask("a", status, { username: "nobody" });
    await run.ask("a", status, { authorization: "" });
    await run.ask("a", status, { authorization: "Bearer abc" });
    await run.ask("a", status, { authorization: "Basic" });
    await run.ask("a", status, { authorization: "Nonsense abc" });
    const permission = { super_user: false };
    await run.send("a", { operation: "add_role", role: "conformance_role", permission });
    const user = { role: "conformance_role", username: "conformance_user", password: "one", active: true };
    await run.send("a", { operation: "add_user", ...user });
    const asUser = { username: "conformance_user", password: "one" };
    for (const operation of restricted) await run.ask("a", { operation }, asUser);
    await run.ask("a", { operation: "describe_all" }, asUser);
    await run.ask("a", { operation: "registration_info" }, asUser);
    const nodes = { database: "system", table: "hdb_nodes", attribute: "name", value: "*", get_attributes: ["name"] };
    await run.ask("a", { operation: "search_by_value", ...nodes }, asUser);
    const { answer } = await run.send(
      "a",
      { operation: "create_authentication_tokens" },
      { authorization: "", ...asUser },
    );
    await run.send("a", { operation: "alter_user", username: "conformance_user", password: "two" });
    await run.pause(200);
    await run.ask("a", { operation: "registration_info" }, asUser);
    await run.ask("a", { operation: "registration_info" }, { ...asUser, password: "two" });
    await run.send("a", { operation: "alter_user", username: "conformance_user", active: false });
    await run.pause(200);
    await run.ask("a", { operation: "registration_info" }, { ...asUser, password: "two" });
    void answer;
  },
};

const restricted = [
  "add_node",
  "update_node",
  "remove_node",
  "cluster_status",
  "configure_cluster",
  "cluster_set_routes",
  "cluster_get_routes",
  "cluster_delete_routes",
  "get_configuration",
  "set_configuration",
  "system_information",
  "restart",
  "read_audit_log",
];

const tokens: Script = {
  name: "tokens",
  async play(run: Run) {
    const { answer } = await run.send("a", { operation: "create_authentication_tokens" });
    const { operation_token, refresh_token } = answer as Record<string, string>;
    await run.ask("a", { operation: "registration_info" }, { authorization: `Bearer ${operation_token}` });
    await run.ask("b", { operation: "registration_info" }, { authorization: `Bearer ${operation_token}` });
    await run.ask("a", { operation: "registration_info" }, { authorization: `Bearer ${refresh_token}` });
    const login = { username: "{username}", password: "{password}" };
    const { status } = await run.send(
      "a",
      { operation: "create_authentication_tokens", ...login },
      { authorization: "" },
    );
    run.notes.push({ step: "a token for the login in the body", seen: status });
    await run.ask(
      "a",
      { operation: "create_authentication_tokens", ...login, password: "wrong" },
      { authorization: "" },
    );
  },
};

const unreachable: Script = {
  name: "a first join that cannot be",
  async play(run: Run) {
    const wrong = { username: "{username}", password: "wrong" };
    await run.ask("a", add("b"));
    await run.ask("a", add("b", undefined, { verify_tls: false }));
    await run.ask("a", add("b", undefined, { verify_tls: false, authorization: wrong }));
    await run.ask("a", add("b", undefined, { ...credentials, verify_tls: true }));
    await run.ask("a", { operation: "add_node", ...credentials });
    await run.ask("a", { operation: "add_node", hostname: "127.255.0.1", ...credentials });
    await run.ask("a", { operation: "add_node", hostname: "nowhere.invalid", ...credentials });
    await run.ask("a", { operation: "add_node", url: "wss://{b}:9999", ...credentials });
    await run.ask("a", { operation: "update_node", hostname: "127.255.0.1", subscriptions: [] });
    await run.ask("a", { operation: "configure_cluster", connections: [{ hostname: "127.255.0.1" }] });
    await look(run, "a", "b");
  },
};

export const answers = [junk, logins, tokens, unreachable];
