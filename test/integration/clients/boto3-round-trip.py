"""What a boto3 user does, through the gateway at argv[1], in the bucket argv[2], addressed as argv[3] says. Uploads without
checksums go below the prefix argv[4], unless that is "-". Any difference is an exception."""
import datetime
import io
import os
import sys
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, bucket, style, second = sys.argv[1:5]


def client(**options):
    config = Config(s3={"addressing_style": style}, signature_version="s3v4", **options)
    return boto3.client("s3", endpoint_url=endpoint, config=config)


s3 = client()
body = os.urandom(3_000_000)
keys = ["plain", "a b+c", "100%", "{guid}/data", "ünïcödé/日本", "~!*'()", "a=b&c;d@e,f$g:h?i#j"]


def same(one, other):
    if one != other:
        raise AssertionError(f"{one!r:.200} is not {other!r:.200}")


def code_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    raise AssertionError("no error")


s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
same(bucket in [each["Name"] for each in s3.list_buckets()["Buckets"]], True)
for key in keys:
    s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata={"kept": "yes"})
    got = s3.get_object(Bucket=bucket, Key=key)
    same(got["Body"].read(), body)
    same(got["Metadata"], {"kept": "yes"})
    same(s3.get_object(Bucket=bucket, Key=key, Range="bytes=5-9")["Body"].read(), body[5:10])
    same(s3.head_object(Bucket=bucket, Key=key)["ContentLength"], len(body))
    s3.copy_object(Bucket=bucket, Key="copy/" + key, CopySource={"Bucket": bucket, "Key": key})
    same(s3.get_object(Bucket=bucket, Key="copy/" + key)["Body"].read(), body)
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})
    same(urllib.request.urlopen(url).read(), body)
    url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": key})
    urllib.request.urlopen(urllib.request.Request(url, data=b"new", method="PUT", headers={"Content-Type": ""}))
    same(s3.get_object(Bucket=bucket, Key=key)["Body"].read(), b"new")

pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 3})
same(sorted(each["Key"] for page in pages for each in page["Contents"]), sorted(keys + ["copy/" + key for key in keys]))

big = os.urandom(20 * 1024 * 1024 + 1)
parts = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024)


def big_through(client, key):
    client.upload_fileobj(io.BytesIO(big), bucket, key, Config=parts)
    read = io.BytesIO()
    client.download_fileobj(bucket, key, read)
    same(read.getvalue(), big)


big_through(s3, "big")
if second != "-":
    without = client(request_checksum_calculation="when_required", response_checksum_validation="when_required")
    without.put_object(Bucket=bucket, Key=second + "small", Body=body)
    same(without.get_object(Bucket=bucket, Key=second + "small")["Body"].read(), body)
    big_through(without, second + "big")

until = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(hours=1)
locked = s3.put_object(Bucket=bucket, Key="locked", Body=b"x", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until)["VersionId"]
same(s3.get_object_retention(Bucket=bucket, Key="locked", VersionId=locked)["Retention"]["RetainUntilDate"], until)
same(code_of(s3.delete_object, Bucket=bucket, Key="locked", VersionId=locked) in ("AccessDenied", "InvalidRequest"), True)

same(code_of(s3.get_object, Bucket=bucket, Key="absent"), "NoSuchKey")
same(code_of(s3.put_object, Bucket=bucket, Key=".system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/system.xml", Body=b"x"), "AccessDenied")
document = s3.get_object(Bucket=bucket, Key=".system-d26a9498-cb7c-4a87-a44a-8ae204f5ba6c/capacity.xml")["Body"].read()
same(b"<Capacity>" in document, True)

versions = s3.list_object_versions(Bucket=bucket)
gone = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions["Versions"] if each["VersionId"] != locked]
same("Errors" in s3.delete_objects(Bucket=bucket, Delete={"Objects": gone}), False)
same([each["Key"] for each in s3.list_object_versions(Bucket=bucket)["Versions"]], ["locked"])
print("done")
