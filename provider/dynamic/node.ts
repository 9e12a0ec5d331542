import { dynamicProvider } from "../frontends/dynamic";

// What a program's dynamic Node is made of: state names this file instead of carrying the code.
export = dynamicProvider("Node");
