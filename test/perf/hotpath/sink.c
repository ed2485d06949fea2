// A store that keeps nothing: one thread, epoll, everything from memory. It checks nothing and is no S3 server; it
// costs as little as can be, so that what is measured is the proxy in front of it.
// The size of an object is the number at the end of its key: GET /bench/object-4096 gives 4096 bytes.
// Prints `PORT n` when it listens on 127.0.0.1.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define BLOCK (1024 * 1024)
#define HEAD_BYTES (32 * 1024)
#define EVENTS 256

static const char BUCKETS[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<ListAllMyBucketsResult><Owner><ID>sink</ID></Owner><Buckets><Bucket><Name>bench</Name>"
    "<CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>";

static char block[BLOCK];
static char date[64];
static int epoll;

struct connection {
  int fd;
  uint32_t waits;        // for what epoll watches
  size_t have;           // bytes in `in`
  size_t drain;          // of an upload, still to come
  int is_upload;         // its answer waits for the drain
  int closes;            // after this answer
  size_t head_at, head_length;
  const char *body;      // NULL: the block, again and again
  size_t body_at, body_length;
  char head[512];
  char in[HEAD_BYTES];
};

static void set_date(void) {
  static time_t last;
  time_t now = time(NULL);
  if (now == last) return;
  last = now;
  struct tm parts;
  gmtime_r(&now, &parts);
  strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
}

static void answer(struct connection *c, const char *status, const char *type, const char *body, size_t length,
                   int with_body) {
  c->head_at = 0;
  c->head_length = (size_t)snprintf(
      c->head, sizeof c->head,
      "HTTP/1.1 %s\r\nServer: sink\r\nDate: %s\r\nx-amz-request-id: 17A2B3C4D5E6F708\r\n"
      "ETag: \"9e107d9d372bb6826bd81d3542a419d6\"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
      "Content-Type: %s\r\nContent-Length: %zu\r\nConnection: %s\r\n\r\n",
      status, date, type, length, c->closes ? "close" : "keep-alive");
  c->body = body;
  c->body_at = 0;
  c->body_length = with_body ? length : 0;
}

// -1: over; 0: all is written; 1: the rest has to wait.
static int flush(struct connection *c) {
  while (c->head_at < c->head_length || c->body_at < c->body_length) {
    struct iovec parts[2];
    int count = 0;
    if (c->head_at < c->head_length) {
      parts[count++] = (struct iovec){c->head + c->head_at, c->head_length - c->head_at};
    }
    if (c->body_at < c->body_length) {
      size_t left = c->body_length - c->body_at;
      if (c->body != NULL) {
        parts[count++] = (struct iovec){(char *)c->body + c->body_at, left};
      } else {
        size_t from = c->body_at % BLOCK;
        parts[count++] = (struct iovec){block + from, left < BLOCK - from ? left : BLOCK - from};
      }
    }
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    ssize_t written = sendmsg(c->fd, &message, MSG_NOSIGNAL);
    if (written < 0) return errno == EAGAIN ? 1 : -1;
    size_t of_head = c->head_length - c->head_at;
    if ((size_t)written <= of_head) {
      c->head_at += (size_t)written;
    } else {
      c->head_at = c->head_length;
      c->body_at += (size_t)written - of_head;
    }
  }
  c->head_length = c->head_at = c->body_length = c->body_at = 0;
  return 0;
}

static void understand(struct connection *c, char *head, size_t length) {
  c->closes = strcasestr(head, "\r\nconnection: close") != NULL;
  char *field = strcasestr(head, "\r\ncontent-length:");
  c->drain = field == NULL ? 0 : strtoull(field + 17, NULL, 10);
  c->is_upload = 0;
  char *target = strchr(head, ' ');
  char *end = target == NULL ? NULL : strpbrk(target + 1, " ?");
  if (end == NULL || length < 16) {
    c->closes = 1;
    answer(c, "400 Bad Request", "text/plain", "", 0, 0);
    return;
  }
  if (*head == 'P' || *head == 'D') {
    if (strcasestr(head, "\r\nexpect: 100-continue") != NULL) {
      static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
      if (send(c->fd, go_on, sizeof go_on - 1, MSG_NOSIGNAL) < 0) c->closes = 1;
    }
    c->is_upload = 1;
    return;
  }
  int with_body = *head == 'G';
  *end = '\0';
  char *key = strchr(target + 2, '/');
  if (target[2] == '\0') {
    answer(c, "200 OK", "application/xml", BUCKETS, sizeof BUCKETS - 1, with_body);
  } else if (key == NULL || key[1] == '\0') {
    answer(c, "200 OK", "application/xml", "", 0, 0);
  } else {
    char *dash = strrchr(key, '-');
    char *after = NULL;
    size_t size = dash == NULL ? 0 : strtoull(dash + 1, &after, 10);
    if (dash == NULL || after == dash + 1 || *after != '\0') {
      answer(c, "404 Not Found", "application/xml", "", 0, 0);
    } else {
      answer(c, "200 OK", "application/octet-stream", NULL, size, with_body);
    }
  }
}

static int wait_for(struct connection *c, uint32_t events) {
  if (c->waits == events) return 0;
  c->waits = events;
  struct epoll_event event = {.events = events, .data.ptr = c};
  return epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event);
}

// -1: the connection is over.
static int serve(struct connection *c) {
  for (;;) {
    int state = flush(c);
    if (state < 0) return -1;
    if (state > 0) return wait_for(c, EPOLLOUT);
    if (c->drain > 0) {
      size_t here = c->have < c->drain ? c->have : c->drain;
      memmove(c->in, c->in + here, c->have - here);
      c->have -= here;
      c->drain -= here;
      while (c->drain > 0) {
        // With MSG_TRUNC, TCP throws the bytes away without copying them (tcp(7)).
        ssize_t got = recv(c->fd, NULL, c->drain < BLOCK ? c->drain : BLOCK, MSG_TRUNC);
        if (got == 0) return -1;
        if (got < 0) return errno == EAGAIN ? wait_for(c, EPOLLIN) : -1;
        c->drain -= (size_t)got;
      }
    }
    if (c->is_upload) {
      c->is_upload = 0;
      answer(c, "200 OK", "application/xml", "", 0, 0);
      continue;
    }
    if (c->closes) return -1;
    char *end = memmem(c->in, c->have, "\r\n\r\n", 4);
    if (end == NULL) {
      if (c->have == sizeof c->in) return -1;
      ssize_t got = recv(c->fd, c->in + c->have, sizeof c->in - c->have, 0);
      if (got == 0) return -1;
      if (got < 0) return errno == EAGAIN ? wait_for(c, EPOLLIN) : -1;
      c->have += (size_t)got;
      continue;
    }
    size_t length = (size_t)(end - c->in) + 4;
    end[2] = '\0';
    set_date();
    understand(c, c->in, length);
    memmove(c->in, c->in + length, c->have - length);
    c->have -= length;
  }
}

static void finish(struct connection *c) {
  close(c->fd);
  free(c);
}

static void take(int listener) {
  int on = 1;
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL) exit(1);
    c->fd = fd;
    c->waits = EPOLLIN;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) finish(c);
  }
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  memset(block, 'x', sizeof block);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int on = 1;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 4096) < 0) {
    perror("sink");
    return 1;
  }
  getsockname(listener, (struct sockaddr *)&address, &size);
  epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  printf("PORT %d\n", ntohs(address.sin_port));
  fflush(stdout);
  struct epoll_event events[EVENTS];
  for (;;) {
    int count = epoll_wait(epoll, events, EVENTS, -1);
    if (count < 0 && errno != EINTR) return 1;
    for (int index = 0; index < count; index += 1) {
      struct connection *c = events[index].data.ptr;
      if (c == NULL) take(listener);
      else if (serve(c) < 0) finish(c);
    }
  }
}
