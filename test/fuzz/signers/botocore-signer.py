# Signs with botocore: one request as a line of JSON in, its target and headers as a line of JSON out.
import datetime
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.utils import percent_encode, percent_encode_sequence
from urllib.parse import urlsplit

SIGNERS = {False: botocore.auth.S3SigV4Auth, True: botocore.auth.S3SigV4QueryAuth}


def query_of(pairs):
    # As its serializer writes them: a sub-resource such as ?uploads without "=", everything else with one.
    return '&'.join(
        percent_encode(name) if value == '' else percent_encode_sequence([(name, value)])
        for name, value in pairs
    )


def sign(job):
    moment = datetime.datetime.strptime(job['amzDate'], '%Y%m%dT%H%M%SZ')
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: moment
    query = query_of(job['query'])
    url = 'https://' + job['host'] + job['path'] + ('?' + query if query else '')
    # A presigned URL knows no body: botocore would read one as a form and move it into the query.
    body = b'' if job['presigned'] else job['body'].encode()
    request = AWSRequest(method=job['method'], url=url, data=body)
    request.context['client_config'] = Config(s3={'payload_signing_enabled': job['signsBody']})
    for name, value in job['headers']:
        request.headers[name] = value
    request.headers['host'] = job['host']
    credentials = Credentials(job['accessKey'], job['secret'])
    SIGNERS[job['presigned']](credentials, 's3', job['region']).add_auth(request)
    parts = urlsplit(request.url)
    # The bytes of the path as they stand in the URL: urlsplit has no opinion on them.
    return {
        'method': request.method,
        'target': parts.path + ('?' + parts.query if parts.query else ''),
        'headers': [[name, value] for name, value in request.headers.items()],
    }


for line in sys.stdin:
    try:
        print(json.dumps(sign(json.loads(line))))
    except Exception as error:
        print(json.dumps({'error': repr(error)}))
