import type { Name } from "../../scripts/demo/harper.mts";
import type { Programs } from "./programs";

/** One operation of one resource, and the calls it makes that can go wrong. */
export interface Scenario {
  name: string;
  from: keyof Programs;
  /** The same as `from` where it is only looked at. */
  to: keyof Programs;
  calls: Call[];
}

export interface Call {
  at: Name;
  operations: readonly string[];
  /** The read that is to show what was written. */
  after?: readonly string[];
}

const write = (at: Name, ...operations: string[]): Call => ({ at, operations });
const verify = (at: Name, read: string, ...after: string[]): Call => ({ at, operations: [read], after });
const read = write;

const routeWrites = ["set_configuration", "cluster_set_routes", "cluster_delete_routes"];
const table = "search_by_value";

/** Each begins where one before it ends, so that most begin at once. */
export const scenarios: Scenario[] = [
  {
    name: "create an explicit Node",
    from: "nothing",
    to: "explicit",
    calls: [write("us-1", "add_node"), verify("us-1", table, "add_node")],
  },
  {
    name: "create a Subscription",
    from: "explicit",
    to: "edge",
    calls: [write("us-1", "update_node"), verify("us-1", table, "update_node")],
  },
  {
    name: "read a Node and a Subscription",
    from: "edge",
    to: "edge",
    calls: [read("us-1", table), read("us-1", "cluster_status"), read("eu-1", "cluster_status")],
  },
  {
    name: "update a Subscription",
    from: "edge",
    to: "edgeChanged",
    calls: [write("us-1", "update_node"), verify("us-1", table, "update_node")],
  },
  {
    name: "delete a Subscription",
    from: "edgeChanged",
    to: "explicit",
    calls: [write("us-1", "update_node"), verify("us-1", table, "update_node")],
  },
  {
    name: "make an explicit Node full",
    from: "explicit",
    to: "full",
    calls: [write("us-1", "add_node"), verify("us-1", table, "add_node")],
  },
  {
    name: "replace a full Node by an explicit one",
    from: "full",
    to: "explicit",
    calls: [
      write("us-1", "remove_node"),
      write("eu-1", "remove_node"),
      write("us-1", "add_node"),
      verify("us-1", table, "remove_node"),
      verify("us-1", table, "add_node"),
    ],
  },
  {
    name: "delete an explicit Node",
    from: "explicit",
    to: "nothing",
    calls: [write("us-1", "remove_node"), verify("us-1", table, "remove_node")],
  },
  {
    name: "create a full Node",
    from: "nothing",
    to: "full",
    calls: [write("us-1", "add_node"), verify("us-1", table, "add_node")],
  },
  {
    name: "delete a full Node",
    from: "full",
    to: "nothing",
    calls: [
      write("us-1", "remove_node"),
      write("eu-1", "remove_node"),
      verify("us-1", table, "remove_node"),
      verify("eu-1", table, "remove_node"),
    ],
  },
  {
    name: "create a Node with its edges",
    from: "nothing",
    to: "inline",
    calls: [write("us-1", "add_node"), verify("us-1", table, "add_node")],
  },
  {
    name: "update the edges of a Node",
    from: "inline",
    to: "inlineTwo",
    calls: [write("us-1", "update_node"), verify("us-1", table, "update_node")],
  },
  {
    name: "delete a Node with its edges",
    from: "inlineTwo",
    to: "nothing",
    calls: [write("us-1", "remove_node"), verify("us-1", table, "remove_node")],
  },
  {
    name: "create a Route",
    from: "nothing",
    to: "route",
    calls: [write("us-1", ...routeWrites), verify("us-1", "get_configuration", ...routeWrites)],
  },
  { name: "read a Route", from: "route", to: "route", calls: [read("us-1", "get_configuration")] },
  {
    name: "replace a Route",
    from: "route",
    to: "otherRoute",
    calls: [write("us-1", ...routeWrites), verify("us-1", "get_configuration", ...routeWrites)],
  },
  {
    name: "delete a Route",
    from: "otherRoute",
    to: "nothing",
    calls: [write("us-1", ...routeWrites), verify("us-1", "get_configuration", ...routeWrites)],
  },
];
