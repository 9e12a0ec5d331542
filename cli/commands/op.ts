import { text as readText } from "node:stream/consumers";
import { Argument, type Command } from "commander";
import { clusteringOperations, fromWire, type HarperClient, HarperError } from "../../provider/operations-api/index.js";
import { addWhereabouts, named, readInstances, type Whereabouts, withInstances } from "../connections.js";
import { Misuse } from "../failure.js";
import { print } from "../terminal.js";

type Operation = keyof typeof clusteringOperations;
type Body = Record<string, unknown>;

/** What each does, rather than what it is documented to do. */
const summaries: Record<Operation, string> = {
  add_node: "add a node, or overwrite the record of one that is there",
  update_node: "merge subscriptions into a node's record; none at all is refused",
  remove_node: "remove one node by its hostname; without one it is refused, as Harper would remove all",
  cluster_status: "the peers, and which of their sockets are connected",
  configure_cluster: "add nodes one by one; it resets nothing, and exits with 1 where only some could be added",
  cluster_set_routes: "add routes to those that the process was started with; they count from the next restart",
  cluster_get_routes: "the routes of the running process, not those of its configuration file",
  cluster_delete_routes: "delete routes; refused where Harper would take others with the same port along",
};

const help = `
Operations:
${Object.keys(clusteringOperations)
  .map((name) => `  ${name.padEnd(22)} ${summaries[name as Operation]}`)
  .join("\n")}

The request is JSON with the documented keys, in snake_case or camelCase; - reads it from standard input.
configure_cluster takes {"connections": [...]}, each as for add_node. In spite of its documentation it keeps what is
there: nodes that are not named stay, and subscriptions are merged. An entry without subscriptions makes its node
replicate everything, as add_node does.

Examples:
  $ pulumi-harper op cluster_status --instance us-1
  $ pulumi-harper op remove_node '{"hostname": "eu-1"}' --instance us-1
  $ pulumi-harper op add_node - --instance us-1 < request.json    # where it has a password`;

export function addOp(program: Command): void {
  addWhereabouts(
    program
      .command("op")
      .description("Send a clustering operation to an instance and print its answer as JSON")
      .addArgument(new Argument("<operation>", "one of those below").choices(Object.keys(clusteringOperations)))
      .argument("[request]", "JSON, or - for standard input")
      .requiredOption("--instance <name>", "which instance to send it to")
      .option("-j, --json", "print the answer on one line"),
  )
    .addHelpText("after", help)
    .action(op);
}

interface Flags extends Whereabouts {
  instance: string;
  json?: boolean;
}

async function op(operation: Operation, request: string | undefined, { instance, json, ...where }: Flags) {
  const body = requestFrom(request === "-" ? await readText(process.stdin) : request);
  const answer = await withInstances(await readInstances(where), async (instances) =>
    send(named(instances, instance).client, operation, body),
  ).catch((error) => {
    // Refused before anything was sent: the call is wrong.
    if (error instanceof HarperError && (error.code === "refused" || error.code === "invalid") && !error.status)
      throw new Misuse(error.message, { cause: error });
    throw error;
  });
  print(JSON.stringify(answer, undefined, json ? undefined : 2));
}

function send(client: HarperClient, operation: Operation, body: Body): Promise<unknown> {
  if (operation === "update_node") return client.updateNode(body as never);
  if (operation === "remove_node" && !body.hostname) return client.removeNode("");
  if (operation === "cluster_delete_routes" && Array.isArray(body.routes)) return client.deleteRoutes(body.routes);
  return client.send(operation, body as never);
}

function requestFrom(text = "{}"): Body {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, in which there may be a password.
    throw new Misuse("the request is not JSON");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new Misuse("the request is no JSON object");
  return withDatabases(fromWire(body)) as Body;
}

/** Examples in Harper's documentation say `schema` where its reference says `database`. */
function withDatabases(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDatabases);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withDatabases(item)] as const);
  return Object.fromEntries(entries.map(([key, item]) => [key === "schema" ? "database" : key, item]));
}
