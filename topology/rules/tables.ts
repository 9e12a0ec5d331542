import type { Rule } from "./rule";

export const missingTable: Rule = {
  name: "missing-table",
  level: "error",
  looksAt: "instances",
  title: "An edge names a database or a table that an instance lacks.",
  page: "Harper accepts any name and replicates nothing. Asked of the live instances: create the table on both ends first. Where the table comes with a later step, silence the rule for that edge.",
  find({ declared, tables = {} }) {
    return declared.edges.flatMap(({ resource, target, peer, database, table }) =>
      [target, peer]
        .filter((name) => tables[name] && !tables[name].has(`${database}.${table}`))
        .map((name) => ({
          at: `${[target, peer].sort().join("/")} ${database}.${table}`,
          text: `"${resource.name}" declares ${database}.${table}, which ${name} does not have`,
          urns: [resource.urn],
        })),
    );
  },
};

export const shortShard: Rule = {
  name: "short-shard",
  level: "warning",
  looksAt: "graph",
  title: "A shard has fewer members than it is to have replicas.",
  page: "A row lives on the members of its shard: with one member it is lost with that. How many there are to be is `shardReplicas` in the settings of the checks, 2 where nothing is said.",
  find({ declared: { members }, shardReplicas }) {
    const shards = Map.groupBy(
      Object.entries(members).filter(([, { shard }]) => shard !== undefined),
      ([, { shard }]) => shard,
    );
    return [...shards]
      .filter(([, those]) => those.length < shardReplicas)
      .map(([shard, those]) => ({
        at: `shard ${shard}`,
        text: `shard ${shard} has ${those.length === 1 ? "one member" : `${those.length} members`} (${those.map(([name]) => name).join(", ")}), and is to have ${shardReplicas}`,
        urns: [],
      }));
  },
};
