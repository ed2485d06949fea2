// Answers that are one XML document in S3's namespace.
import { S3_NAMESPACE, XML_DECLARATION } from '../../s3/xml-text.ts';
import type { Answer } from '../server/call.ts';

/** 200 with `<root>children</root>`; `children` is XML, an empty root is written as an empty element. */
export function documentAnswer(root: string, children: string): Answer {
  const opening = `${XML_DECLARATION}\n<${root} xmlns="${S3_NAMESPACE}"`;
  return {
    status: 200,
    headers: [['Content-Type', 'application/xml']],
    body: Buffer.from(children === '' ? `${opening}/>` : `${opening}>${children}</${root}>`),
  };
}
