import { z } from "zod";
import type { Surroundings } from "./asker";
import { Caller } from "./caller";
import type { Edge } from "./edges";
import { HarperError } from "./errors";
import {
  type AnswerOf,
  authorityName,
  type Certificate,
  type NodeRow,
  nodeRow,
  notesDatabase,
  type OperationName,
  type RequestOf,
} from "./operations";
import { addressOf, type WireRoute } from "./routes";
import type { LastAnswer } from "./shared-reads";

/** After these an instance answers, and has nothing to say of its certificates. */
const tellsNot = new Set(["unsupportedOperation", "forbidden", "invalid", "failed"]);

/** How old a shared read may be. */
const freshMs = 2000;

/** The edges of one node as update_node takes them: never an empty list. */
export type SomeEdges = [Edge, ...Edge[]];

/**
 * The eight clustering operations of one instance, and the reads that tell what is true. Requests that are known to
 * destroy (section "What is never sent" in docs/harper-defects.md) are refused before anything goes out.
 */
export class HarperClient extends Caller {
  /** Nodes that we have removed: where one is not there, update_node would bring it back. */
  private readonly removed = new Set<string>();
  /** Told of the name that the instance reports of itself. */
  onNodeName: (nodeName: string) => void = () => {};

  override async send<N extends OperationName>(
    operation: N,
    request: RequestOf<N> | (() => Promise<RequestOf<N>>),
    signal?: AbortSignal,
  ): Promise<AnswerOf<N>> {
    try {
      return await super.send(operation, request, signal);
    } catch (error) {
      const isLacking = error instanceof HarperError && error.code === "unsupportedOperation";
      throw isLacking && operation !== "registration_info" ? await this.lacking(operation, error) : error;
    }
  }

  /** The error names the version, too, as far as the instance tells it. */
  private async lacking(operation: string, cause: HarperError): Promise<HarperError> {
    const version = await this.version().catch(() => "");
    return new HarperError("unsupportedOperation", {
      operation,
      instance: this.name,
      problem: `${cause.problem}; it is Harper ${version ? `${version}, as it says` : "of a version that it does not tell"}`,
      ...(cause.status !== undefined && { status: cause.status }),
      cause,
    });
  }

  /** Adds a node, or overwrites the record of one that is there: `add_node` is an upsert. */
  addNode(node: RequestOf<"add_node">): Promise<AnswerOf<"add_node">> {
    return this.send("add_node", node);
  }

  /** Changes edges of a node. They are merged by database and table: what is left out stays. */
  updateNode(
    node: Omit<RequestOf<"update_node">, "subscriptions"> & { subscriptions: SomeEdges },
  ): Promise<AnswerOf<"update_node">> {
    if (!node.subscriptions?.length)
      throw this.refusal(
        "update_node",
        "without subscriptions it would make the node replicate everything",
        "Give the subscriptions to change. To replicate everything, send add_node without any.",
      );
    return this.send("update_node", async () => {
      const { hostname } = node;
      if (!hostname || !this.removed.has(hostname)) return node;
      if ((await this.nodesNow()).some(({ name }) => name === hostname)) return node;
      throw new HarperError("notFound", {
        operation: "update_node",
        instance: this.name,
        problem: `the node "${hostname}" was removed meanwhile, and an update would add it again`,
      });
    });
  }

  /** Removes one node by the name it reports. A node that is not there: code `notFound`. */
  async removeNode(hostname: string): Promise<AnswerOf<"remove_node">> {
    if (!hostname) throw this.refusal("remove_node", "without a hostname it would remove every node");
    const request = async () => {
      this.removed.add(hostname);
      return { hostname };
    };
    return this.send("remove_node", request).catch((error) => {
      this.removed.delete(hostname);
      throw error;
    });
  }

  clusterStatus(): Promise<AnswerOf<"cluster_status">> {
    return this.look({ key: "cluster_status", maxAgeMs: freshMs, read: (it) => it.send("cluster_status", {}) });
  }

  /**
   * Adds the given nodes one after the other. In spite of its documentation it resets nothing: nodes that are there
   * already stay, and edges are merged. Nodes that could not be added make it fail with the code `halfDone`.
   */
  configureCluster(connections: RequestOf<"add_node">[]): Promise<AnswerOf<"configure_cluster">> {
    return this.send("configure_cluster", { connections });
  }

  /** Routes as the running process has them. */
  async getRoutes(): Promise<WireRoute[]> {
    return (await this.share("memory routes", freshMs, () => this.send("cluster_get_routes", {}))) as WireRoute[];
  }

  /** Deletes routes from the process's list. Refused where Harper would take others with them: it compares ports only. */
  async deleteRoutes(routes: WireRoute[]): Promise<AnswerOf<"cluster_delete_routes">> {
    const known = await this.getRoutes();
    const meant = new Set(routes.map(addressOf));
    for (const route of routes) {
      const taken =
        typeof route === "object" &&
        known.some((other) => typeof other === "object" && other.port === route.port && !meant.has(addressOf(other)));
      if (taken)
        throw this.refusal(
          "cluster_delete_routes",
          `every other route with port ${String(route.port)} would go with it`,
        );
    }
    return this.send("cluster_delete_routes", { routes: routes as RequestOf<"cluster_delete_routes">["routes"] });
  }

  /**
   * Writes the whole list of routes to the configuration file, of which the process reads it when it starts next: what
   * becomes of the list that is there now, which is read with nothing of ours between.
   */
  rewriteRoutes(change: (stored: WireRoute[]) => WireRoute[]): Promise<AnswerOf<"set_configuration">> {
    return this.send("set_configuration", async () => {
      const { replication } = await this.send("get_configuration", {});
      return { replicationRoutes: change((replication?.routes ?? []) as WireRoute[]) };
    });
  }

  /** Routes in the configuration file: what the next start will use. */
  async storedRoutes(): Promise<WireRoute[]> {
    const configuration = await this.share("configuration", freshMs, () => this.send("get_configuration", {}));
    return configuration.replication.routes as WireRoute[];
  }

  /** The databases that its process replicates, which is told when it starts; undefined where it is all of them. */
  async replicatedDatabases(): Promise<string[] | undefined> {
    const read = async () => (await this.send("get_configuration", {})).replication.databases;
    return this.share("replicated databases", Number.POSITIVE_INFINITY, read);
  }

  /** The instance's own table of nodes, itself included where it has a row. Credentials are not asked for. */
  nodes(): Promise<NodeRow[]> {
    const getAttributes = [
      "name",
      "url",
      "replicates",
      "subscriptions",
      "shard",
      "revoked_certificates",
      "ca_info",
      "__updatedtime__",
    ];
    const read = async (it: this) => {
      const rows = await it.send("search_by_value", {
        database: "system",
        table: "hdb_nodes",
        searchAttribute: "name",
        searchValue: "*",
        getAttributes,
      });
      return it.parsed("search_by_value", z.array(nodeRow), rows);
    };
    return this.look({ key: "nodes", maxAgeMs: freshMs, read });
  }

  /**
   * A second look at a node that was there and is not in the table: by its key, not by a search. Throws `failed` where
   * the two contradict each other.
   */
  async confirmAbsent(name: string): Promise<void> {
    const found = await this.share(`node ${name}`, freshMs, () =>
      this.send("search_by_id", { database: "system", table: "hdb_nodes", ids: [name], getAttributes: ["name"] }),
    );
    if (found.length === 0) return;
    throw new HarperError("failed", {
      operation: "search_by_id",
      instance: this.name,
      problem: `the node "${name}" is not among its nodes, and is there when it is asked for by name`,
      advice: "Nothing is taken for gone by that. Ask again; if it stays, see the log of the instance.",
    });
  }

  /** The same, read now, shared with nobody before. */
  nodesNow(): Promise<NodeRow[]> {
    this.forget();
    return this.nodes();
  }

  /** The table of nodes as it was read last, where that suffices: see `shareLast`. */
  lastNodes(suffices: (rows: NodeRow[]) => boolean): Promise<NodeRow[]> {
    return this.shareLast("nodes", suffices, () => this.nodes());
  }

  /** What it was last read to store; nothing is asked. */
  get lastRead(): {
    nodeName?: string | undefined;
    nodes?: LastAnswer<NodeRow[]> | undefined;
    routes?: LastAnswer<WireRoute[]> | undefined;
  } {
    const configuration = this.lastAnswer<AnswerOf<"get_configuration">>("configuration");
    return {
      nodeName: this.lastAnswer<string>("node name")?.answer,
      nodes: this.lastAnswer("nodes"),
      routes: configuration && { ...configuration, answer: configuration.answer.replication.routes as WireRoute[] },
    };
  }

  /** The name the instance reports of itself. Asked once. */
  nodeName(): Promise<string> {
    const read = async (it: this) => {
      const { node_name } = await it.clusterStatus();
      if (!node_name)
        throw new HarperError("failed", {
          operation: "cluster_status",
          instance: it.name,
          problem: "it reports no node_name",
        });
      it.onNodeName(node_name);
      return node_name;
    };
    return this.look({ key: "node name", maxAgeMs: Number.POSITIVE_INFINITY, read });
  }

  /**
   * Serial number of the certificate authority that the instance made for itself: tells it from another one of its name.
   * Undefined where it does not tell. Asked once.
   */
  authority(): Promise<string | undefined> {
    const read = async (it: this) => {
      const name = authorityName(await it.nodeName());
      try {
        return (await it.certificates()).find((one) => one.name === name)?.serial;
      } catch (error) {
        if (error instanceof HarperError && tellsNot.has(error.code)) return undefined;
        throw error;
      }
    };
    return this.look({ key: "authority", maxAgeMs: Number.POSITIVE_INFINITY, read });
  }

  /** Its own certificates, and the authorities that it trusts. */
  certificates(): Promise<Certificate[]> {
    return this.share("certificates", freshMs, () => this.send("list_certificates", {}));
  }

  /** Harper's version, such as `4.7.29`. Asked once. */
  version(): Promise<string> {
    const read = async (it: this) => (await it.send("registration_info", {})).version ?? "";
    return this.look({ key: "version", maxAgeMs: Number.POSITIVE_INFINITY, read });
  }

  /** The rows of every table the instance has but our own, by `database.table`, as it estimates them. */
  tables(): Promise<Map<string, number>> {
    const read = async (it: this) => {
      const { [notesDatabase]: _ours, ...databases } = await it.send("describe_all", {});
      return new Map(
        Object.entries(databases).flatMap(([database, tables]) =>
          Object.entries(tables).map(
            ([table, { record_count }]) => [`${database}.${table}`, record_count ?? 0] as const,
          ),
        ),
      );
    };
    return this.look({ key: "tables", maxAgeMs: freshMs, read });
  }

  /** The same as it was read last, where all of these are among them: see `shareLast`. */
  lastTables(names: readonly string[]): Promise<Map<string, number>> {
    return this.shareLast(
      "tables",
      (known: Map<string, number>) => names.every((name) => known.has(name)),
      () => this.tables(),
    );
  }

  /** Restarts the whole instance. It answers at once; the process is another one some seconds later. */
  restart(): Promise<AnswerOf<"restart">> {
    return this.send("restart", {});
  }

  private refusal(operation: string, problem: string, advice?: string): HarperError {
    return new HarperError("refused", { operation, instance: this.name, problem, ...(advice && { advice }) });
  }
}

export type { Surroundings };
