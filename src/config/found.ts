// How a wrong value is shown: short, and only where it can hardly be a secret.
import type { SchemaNode } from './node.ts';

export function describeFound(node: SchemaNode, value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  switch (typeof value) {
    case 'string':
      return mayShow(node) ? shownText(value) : hiddenText(node);
    case 'number':
    case 'boolean':
      return describeScalar(node, value);
    default:
      return 'a map';
  }
}

function describeScalar(node: SchemaNode, value: number | boolean): string {
  const hint = node.type === 'string' && node['~leaf']?.isPrivate ? ' (put it in quotes)' : '';
  return (mayShow(node) ? String(value) : `a ${typeof value}`) + hint;
}

function hiddenText(node: SchemaNode): string {
  return node['~leaf'] === undefined ? 'a text' : 'another text';
}

/** Text where a map or a list belongs may be `secretAccessKey:hunter2`, written without the space. */
function mayShow(node: SchemaNode): boolean {
  const isOne = node.type !== 'object' && node.type !== 'array' && node.anyOf === undefined;
  return isOne && node['~leaf']?.isPrivate !== true;
}

function shownText(text: string): string {
  if (/^[a-z]+:\/\/.*@/i.test(text)) return 'a URL with credentials';
  const shown = text.replace(/^([a-z]+:\/\/[^?#]*)[?#].*$/is, '$1?…');
  return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 60)}…` : shown);
}
