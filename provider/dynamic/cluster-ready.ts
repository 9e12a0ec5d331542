import { dynamicProvider } from "../frontends/dynamic";

// What a program's dynamic ClusterReady is made of: state names this file instead of carrying the code.
export = dynamicProvider("ClusterReady");
