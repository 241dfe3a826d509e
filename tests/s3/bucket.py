"""A bucket as an independent program sees it: requests signed with Python's hmac, for comparison with the library's."""
import datetime
import hashlib
import hmac
import os
import urllib.error
import urllib.parse
import urllib.request
import uuid
import xml.etree.ElementTree

NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"


class Bucket:
    def __init__(self, name=None):
        self.server = os.environ["CONTEXTPACK_TEST_S3"]
        self.name = name or "test-" + uuid.uuid4().hex[:16]
        self.request("PUT", "")

    def uri(self, prefix="", **options):
        options = {"endpoint": self.server, **options}
        return f"s3://{self.name}{prefix and '/' + prefix}?{urllib.parse.urlencode(options)}"

    def request(self, method, key, body=b"", **parameters):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        host = self.server.partition("://")[2]
        path = urllib.parse.quote(f"/{self.name}" + (f"/{key}" if key else ""), safe="/~")
        query = "&".join(f"{urllib.parse.quote(name, safe='~')}={urllib.parse.quote(value, safe='~')}"
                         for name, value in sorted(parameters.items()))
        body_hash = hashlib.sha256(body).hexdigest()
        headers = {"host": host, "x-amz-content-sha256": body_hash, "x-amz-date": now}
        names = ";".join(sorted(headers))
        canonical = "\n".join([method, path, query, *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names,
                               body_hash])
        scope = f"{now[:8]}/{os.environ['AWS_REGION']}/s3/aws4_request"
        to_sign = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key_bytes = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
        for step in (*scope.split("/"), to_sign):
            key_bytes = hmac.digest(key_bytes, step.encode(), "sha256")
        headers["authorization"] = (f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/{scope}, "
                                    f"SignedHeaders={names}, Signature={key_bytes.hex()}")
        request = urllib.request.Request(f"{self.server}{path}{'?' + query if query else ''}", data=body or None,
                                         method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def get(self, key):
        return self.request("GET", key)

    def keys(self, prefix=""):
        """At most 1,000."""
        page = xml.etree.ElementTree.fromstring(self.request("GET", "", **{"list-type": "2", "prefix": prefix}))
        return [entry.text for entry in page.iterfind(f"{NAMESPACE}Contents/{NAMESPACE}Key")]

    def uploads(self):
        """The number of uploads that are neither complete nor aborted."""
        page = xml.etree.ElementTree.fromstring(self.request("GET", "", uploads=""))
        return len(list(page.iterfind(f"{NAMESPACE}Upload")))
