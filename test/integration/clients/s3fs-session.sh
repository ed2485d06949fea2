# Uses a bucket as a file system: SOURCE MOUNT-POINT SECOND BUCKET ENDPOINT OPTIONS…
set -eu
source=$1 mount=$2 second=$3 bucket=$4 endpoint=$5
shift 5

# Runs s3fs until `leave`, with further options. Parts already at this size; else only from 25 MB on. Two tries: version 1.90
# looks at CURL_CA_BUNDLE only when the first one has not trusted the certificate.
enter() {
  s3fs "$bucket" "$mount" -f -o url="$endpoint" -o endpoint=us-east-1 -o retries=2 -o multipart_threshold=10 -o multipart_size=5 "$@" &
  server=$!
  until mountpoint -q "$mount"; do
    kill -0 "$server"
    sleep 0.1
  done
}
leave() {
  umount "$mount"
  wait "$server"
}

mkdir "$mount"
enter "$@"
cp -r "$source" "$mount/data"
diff -r "$source" "$mount/data"
cp -r "$mount/data" "$mount/copy"
# Renames copy and delete.
mv "$mount/copy" "$mount/moved"
leave
enter "$@" -o enable_content_md5
cp -r "$source" "$mount/$second"
leave

# Mounted anew: nothing of what it reads can be in its own cache.
enter "$@"
diff -r "$source" "$mount/data"
diff -r "$source" "$mount/moved"
diff -r "$source" "$mount/$second"
test "$(ls "$mount" | tr '\n' ' ')" = "data moved $(basename "$second") "
rm -r "$mount"/*
test -z "$(ls "$mount")"
leave
