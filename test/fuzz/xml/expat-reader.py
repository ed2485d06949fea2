# Reads XML with expat, which is what Ceph RGW uses: base64 of a document in, its tree in JSON out.
import base64
import json
import sys
from xml.parsers import expat


def tree_of(document):
    parser = expat.ParserCreate()
    parser.buffer_text = True
    stack = [['', []]]

    def start(name, attributes):
        element = [name, []]
        stack[-1][1].append(element)
        stack.append(element)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: stack.pop()
    parser.CharacterDataHandler = lambda text: stack[-1][1].append(text)
    parser.Parse(document, True)
    return stack[0][1][0]


for line in sys.stdin:
    try:
        print(json.dumps({'tree': tree_of(base64.b64decode(json.loads(line)))}))
    except (expat.ExpatError, ValueError) as error:
        print(json.dumps({'error': repr(error)}))
