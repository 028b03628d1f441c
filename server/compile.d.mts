export function compiled(entry: string): Promise<string>;
