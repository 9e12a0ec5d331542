import type { Name } from "../../scripts/demo/harper.mts";
import type { Programs } from "./programs";

/** One operation of one resource, and the calls it makes. */
export interface Scenario {
  name: string;
  from: keyof Programs;
  /** The same as `from` where it is only looked at. */
  to: keyof Programs;
  calls: Call[];
}

/** Of some operations, the first that is made; of reads every one. */
export interface Call {
  at: Name;
  operations: readonly string[];
  /** Counted from where one of these was made: the read that is to show what was written. */
  after?: readonly string[];
  isRead: boolean;
}

const write = (at: Name, ...operations: string[]): Call => ({ at, operations, isRead: false });
const read = (at: Name, ...operations: string[]): Call => ({ at, operations, isRead: true });
/** A write of one of two ends, and the read that is to show it. */
const seen = (at: Name, read: string, ...operations: string[]): Call[] => [
  write(at, ...operations),
  { at, operations: [read], after: operations, isRead: true },
];

const nodes = "search_by_value";
const added = seen("us-1", nodes, "add_node");
const updated = seen("us-1", nodes, "update_node");
const removed = seen("us-1", nodes, "remove_node");
const removedThere = seen("eu-1", nodes, "remove_node");
const routed = seen("us-1", "get_configuration", "set_configuration");

/** Most begin where the one before ends. */
export const scenarios: Scenario[] = [
  { name: "create an explicit Node", from: "nothing", to: "explicit", calls: added },
  { name: "create a Subscription", from: "explicit", to: "edge", calls: updated },
  {
    name: "read a Node and a Subscription",
    from: "edge",
    to: "edge",
    calls: [read("us-1", nodes), read("us-1", "cluster_status")],
  },
  { name: "update a Subscription", from: "edge", to: "edgeChanged", calls: updated },
  { name: "delete a Subscription", from: "edgeChanged", to: "explicit", calls: updated },
  { name: "make an explicit Node full", from: "explicit", to: "full", calls: added },
  {
    name: "replace a full Node by an explicit one",
    from: "full",
    to: "explicit",
    calls: [...removed, ...removedThere, ...added],
  },
  { name: "delete an explicit Node", from: "explicit", to: "nothing", calls: removed },
  { name: "create a full Node", from: "nothing", to: "full", calls: added },
  { name: "delete a full Node", from: "full", to: "nothing", calls: [...removed, ...removedThere] },
  { name: "create a Node with its edges", from: "nothing", to: "inline", calls: added },
  { name: "update the edges of a Node", from: "inline", to: "inlineTwo", calls: updated },
  { name: "delete a Node with its edges", from: "inlineTwo", to: "nothing", calls: removed },
  { name: "create a Route", from: "nothing", to: "route", calls: routed },
  { name: "read a Route", from: "route", to: "route", calls: [read("us-1", "get_configuration")] },
  { name: "replace a Route", from: "route", to: "otherRoute", calls: routed },
  { name: "delete a Route", from: "otherRoute", to: "nothing", calls: routed },
];
