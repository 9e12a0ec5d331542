import { badRequest, OperationError } from "./errors";
import type { Instance } from "./instance";
import { setNode } from "./membership";
import type { Fields } from "./store";
import { rules, validate } from "./validation";

const partial =
  "Configure cluster was partially successful. Errors occurred when attempting to configure the following nodes. Check the logs for more details.";
const failed = "Failed to configure the cluster. Check the logs for more details.";

/** Resets nothing, whatever the documentation says: every connection is added or merged. */
export async function configureCluster(instance: Instance, body: Fields) {
  validate(body, { connections: rules.array }, ["connections"]);
  const asked = body.connections as Fields[];
  for (const [index, one] of asked.entries()) {
    if (typeof one !== "object") throw badRequest(`'connections[${index}]' must be of type object`);
  }
  const connections: Fields[] = [];
  const failed_nodes: unknown[] = [];
  let succeeded = false;
  for (const connection of asked) {
    const { node_name } = connection;
    try {
      const response = await setNode(instance, connection);
      connections.push({ node_name, response });
      succeeded ||= response.includes("Successfully");
    } catch {
      if (!failed_nodes.includes(node_name)) failed_nodes.push(node_name);
    }
  }
  if (failed_nodes.length === 0) return { message: "Configure cluster complete.", connections };
  if (succeeded) return { message: partial, failed_nodes, connections };
  throw new OperationError(failed);
}
