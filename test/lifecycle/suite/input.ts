import { describe, expect, test } from "vitest";
import { dog, type Stage } from "../stage";

export function wrongInput(stage: Stage) {
  describe("wrong input fails in the check, with its path", () => {
    test.each([
      ["node", { target: "us" }, "hostname"],
      ["node", { target: "nobody", hostname: "x" }, "target"],
      ["node", { target: "us", hostname: "x", url: "wss://y:1" }, "url"],
      ["node", { target: "us", hostname: "x", subscriptions: [{ database: "shop" }] }, "subscriptions[0].table"],
      ["node", { target: "us", hostname: "x", subscriptions: [dog, { ...dog }] }, "subscriptions[1].table"],
      ["node", { target: "us", hostname: "x", subscriptions: [{ ...dog, table: "none" }] }, "subscriptions[0].table"],
      ["node", { target: "us", hostname: "x", subscriptions: [dog], replicateByDefault: true }, "subscriptions"],
      ["node", { target: "us", hostname: "x", startTime: "yesterday" }, "startTime"],
      ["node", { target: "us", hostname: "x", shard: "one" }, "shard"],
      ["node", { target: "us", hostname: "x", authorization: { username: "u" } }, "authorization.password"],
      ["node", { target: "us", hostname: "x", hostnmae: "x" }, "hostnmae"],
      ["node", { target: { endpoint: "http://u:p@h:1" }, hostname: "x" }, "target.endpoint"],
      ["node", { target: "us", hostname: "x", peer: "nobody" }, "peer"],
      ["node", { target: "us", url: "wss://user:word@x:9933" }, "url"],
      ["node", { target: "us", url: "wss://x:9933/path" }, "url"],
      ["node", { target: "us", hostname: "x/path" }, "hostname"],
      [
        "node",
        { target: { endpoint: "http://192.0.2.1:1", username: "u", password: "p" }, hostname: "x" },
        "target.endpoint",
      ],
      ["subscription", { target: "us", node: "n", database: "shop" }, "table"],
      ["subscription", { target: "us", node: "n", database: "system", table: "hdb_user" }, "database"],
      ["subscription", { target: "us", node: "n", ...dog, subscribe: false, publish: false }, "subscribe"],
      ["ready", { target: "us" }, "nodes"],
      ["ready", { target: "us", nodes: [] }, "nodes"],
      ["ready", { target: "us", nodes: ["x", "x"] }, "nodes[1]"],
      ["ready", { target: "us", nodes: ["x"], timeoutSeconds: 5 }, "timeoutSeconds"],
      ["ready", { target: "us", nodes: ["x"], stableSeconds: 400 }, "timeoutSeconds"],
      ["ready", { target: "us", nodes: ["x"], adopt: "always" }, "adopt"],
      ["route", { target: "us", hostname: "h", port: 99999 }, "port"],
      ["route", { target: "us", url: "junk string" }, "url"],
      ["route", { target: "us", url: "wss://user:word@x:9933" }, "url"],
      ["route", { target: "us", hostname: "x/path" }, "hostname"],
      ["configuration", { target: "us" }, "connections"],
      ["configuration", { target: "us", connections: [{}] }, "connections[0].hostname"],
      ["configuration", { target: "us", connections: [{ hostname: "x", url: "wss://x:1" }] }, "connections[0].url"],
      ["configuration", { target: "us", connections: [{ hostname: "x", target: "us" }] }, "connections[0]"],
      ["configuration", { target: "us", connections: [{ hostname: "x", shard: "one" }] }, "connections[0].shard"],
      ["configuration", { target: "us", connections: [{ hostname: "x", peer: "nobody" }] }, "connections[0].peer"],
      ["configuration", { target: "us", connections: [{ hostname: "x" }, { url: "wss://X:9933" }] }, "connections[1]"],
      [
        "configuration",
        { target: "us", connections: [{ hostname: "x", subscriptions: [{ ...dog, table: "none" }] }] },
        "connections[0].subscriptions[0].table",
      ],
      [
        "configuration",
        { target: "us", connections: [{ hostname: "x", authorization: { username: "u" } }] },
        "connections[0].authorization.password",
      ],
      ["routes", { target: "us" }, "routes"],
      ["routes", { target: "us", routes: "wss://x:1" }, "routes"],
      ["routes", { target: "us", routes: ["wss://x:1", "x"] }, "routes[1]"],
      ["routes", { target: "us", routes: [{ hostname: "x", port: 99999 }] }, "routes[0].port"],
      ["routes", { target: "us", routes: [{ hostname: "x", url: "wss://x:1" }] }, "routes[0].url"],
      ["routes", { target: "us", routes: [{ url: "wss://x:1", port: 1 }] }, "routes[0].port"],
      ["routes", { target: "us", routes: [{ port: 1 }] }, "routes[0].hostname"],
      ["routes", { target: "us", routes: [{ url: "wss://x:1", shard: 1 }] }, "routes[0]"],
      ["routes", { target: "us", routes: [{ url: "wss://x:1", startTime: "then" }] }, "routes[0].startTime"],
      ["routes", { target: "us", routes: ["wss://x:9933", { hostname: "X" }] }, "routes[1]"],
      ["routes", { target: "us", routes: ["wss://user:word@x:9933"] }, "routes[0]"],
    ] as const)("%s %j: %s", async (resource, inputs, property) => {
      const { failures } = await stage.provider[resource].check(inputs);
      // What may hold a secret is named in the reason, as the engine prints the value of a property.
      const named = failures.map((failure) => failure.property || failure.reason.split(" ")[0]);
      expect(named).toEqual([property]);
    });

    test("no failure names a property whose value, which the engine prints, may hold a secret", async () => {
      const password = "hush";
      const target = { endpoint: "https://us", username: "u", password };
      const wrong = [
        { target: { ...target, user: "u" } },
        { target, authorization: { user: "u", password } },
        { target, authorization: [password] },
        { target, autorization: password },
        { target: { ...target, token: password } },
        { target: { ...target, clientKey: password } },
      ];
      for (const inputs of wrong) {
        const { failures } = await stage.provider.node.check({ hostname: "x", ...inputs });
        expect(failures.length).toBeGreaterThan(0);
        for (const { property, reason } of failures) {
          expect(property === "" || /[.[]/.test(property)).toBe(true);
          expect(reason).not.toContain(password);
        }
      }
    });

    test("a node of itself", async () => {
      const { failures } = await stage.provider.node.check({ ...stage.explicit(), hostname: stage.us() });
      expect(failures).toEqual([{ property: "hostname", reason: expect.stringContaining("itself") }]);
    });
  });
}
