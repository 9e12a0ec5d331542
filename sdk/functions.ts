import { type InvokeOptions, type InvokeOutputOptions, type Output, runtime, type Unwrap } from "@pulumi/pulumi";
import { version } from "./plugin";
import type {
  GetClusterStatusArgs,
  GetClusterStatusResult,
  GetNodesArgs,
  GetNodesResult,
  GetRoutesArgs,
  GetRoutesResult,
} from "./types";

/** Arguments of the forms that wait for outputs. */
type Inputs<A> = { [K in keyof A]: A[K] | Output<Unwrap<A[K]>> };

const ask = <R>(name: string, args: object, options?: InvokeOptions): Promise<R> =>
  runtime.invoke(`harper:index:${name}`, args, { version, ...options });
const askOutput = <R>(name: string, args: object, options?: InvokeOutputOptions): Output<R> =>
  runtime.invokeOutput(`harper:index:${name}`, args, { version, ...options });

/** What an instance says of its connections now: health, which is never in the state of a resource. */
export const getClusterStatus = (args: GetClusterStatusArgs = {}, options?: InvokeOptions) =>
  ask<GetClusterStatusResult>("getClusterStatus", args, options);
export const getClusterStatusOutput = (args: Inputs<GetClusterStatusArgs> = {}, options?: InvokeOutputOptions) =>
  askOutput<GetClusterStatusResult>("getClusterStatus", args, options);

/** The peers in an instance's own table, whoever declared them. */
export const getNodes = (args: GetNodesArgs = {}, options?: InvokeOptions) =>
  ask<GetNodesResult>("getNodes", args, options);
export const getNodesOutput = (args: Inputs<GetNodesArgs> = {}, options?: InvokeOutputOptions) =>
  askOutput<GetNodesResult>("getNodes", args, options);

/** The routes of an instance: in its configuration file, and in the running process. */
export const getRoutes = (args: GetRoutesArgs = {}, options?: InvokeOptions) =>
  ask<GetRoutesResult>("getRoutes", args, options);
export const getRoutesOutput = (args: Inputs<GetRoutesArgs> = {}, options?: InvokeOutputOptions) =>
  askOutput<GetRoutesResult>("getRoutes", args, options);
