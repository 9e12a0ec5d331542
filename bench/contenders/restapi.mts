// What Terraform is told of a case, for the provider Mastercard/restapi.

import type { Connection } from "../stand-in/process.mts";
import type { Declared } from "./contender.mts";
import { theEdge } from "./contender.mts";

export interface Told extends Declared {
  connections: Record<string, Connection>;
  /** The operation that is asked to see whether something is there. */
  read: string;
  /** Whether what belongs to one instance takes turns. */
  takesTurns: boolean;
}

const methods = ["create", "read", "update", "destroy"];
const off = { subscribe: false, publish: false };

/** As JSON: a provider block an instance cannot be counted in HCL. */
export function restapiProgram({ members, connections, changed, read, takesTurns }: Told): object {
  const provider: object[] = [];
  const resources: Record<string, object> = {};
  for (const { name, hub, tables } of members) {
    const { endpoint, username, password } = connections[name] as Connection;
    const method = Object.fromEntries(methods.map((one) => [`${one}_method`, "POST"]));
    provider.push({ alias: name, uri: endpoint, username, password, ...method });
    const object = (id: string, operations: { create: object; destroy: object }, after: string | undefined) => {
      resources[id] = {
        provider: `restapi.${name}`,
        path: "/",
        ...Object.fromEntries(methods.map((one) => [`${one}_path`, "/"])),
        object_id: id,
        data: JSON.stringify(operations.create),
        read_data: JSON.stringify({ operation: read }),
        destroy_data: JSON.stringify(operations.destroy),
        // Harper answers none of what it was sent, so all would be a change.
        ignore_all_server_changes: true,
        ...(after ? { depends_on: [`restapi_object.${after}`] } : {}),
      };
      return id;
    };
    const of = { hostname: hub };
    const subscription = (table: string, ways: object) => [{ database: "shop", table, ...ways }];
    const join = { operation: "add_node", ...of, verify_tls: false, authorization: { username, password } };
    const node = object(
      name,
      {
        create: { ...join, subscriptions: subscription("t1", off) },
        destroy: { operation: "remove_node", ...of },
      },
      undefined,
    );
    let last = node;
    for (const table of tables) {
      const isChanged = changed && theEdge(members).instance === name && theEdge(members).table === table;
      const update = (ways: object) => ({ operation: "update_node", ...of, subscriptions: subscription(table, ways) });
      const operations = { create: update({ subscribe: true, publish: !isChanged }), destroy: update(off) };
      last = object(`${name}-${table}`, operations, takesTurns ? last : node);
    }
  }
  return {
    terraform: { required_providers: { restapi: { source: "Mastercard/restapi" } } },
    provider: { restapi: provider },
    resource: { restapi_object: resources },
  };
}
