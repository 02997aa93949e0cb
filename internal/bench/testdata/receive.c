/*
 * The reference: receives datagrams at a UDP port, 64 with one recvmmsg(2) if
 * so many are there, and writes their payloads to standard output, one write(2)
 * for all that a call brought. It ends when it is killed. With META it asks for
 * the sender and the time of arrival of each datagram too, and ignores them.
 *
 *	receive PORT BUFFER [META]
 */
#define _GNU_SOURCE
#include <err.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX 64
#define SIZE 65536

static char payloads[MAX][SIZE], out[MAX * SIZE];
static struct iovec iov[MAX];
static struct mmsghdr msgs[MAX];
static struct sockaddr_in6 names[MAX];
static char controls[MAX][128];

int main(int argc, char **argv)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6 };
	int fd, buffer, one = 1, meta = argc == 4;

	if (argc != 3 && !meta)
		errx(1, "usage: receive PORT BUFFER [META]");
	at.sin6_port = htons(atoi(argv[1]));
	buffer = atoi(argv[2]);
	for (int i = 0; i < MAX; i++) {
		iov[i] = (struct iovec){ payloads[i], SIZE };
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}

	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	if (fd < 0 ||
	    (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) < 0 &&
	     setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer)) < 0) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		err(1, "listen at port %s", argv[1]);
	if (meta && setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one)) < 0)
		err(1, "ask for the time of arrival");

	for (;;) {
		size_t len = 0;
		int n;

		for (int i = 0; i < MAX && meta; i++) {
			msgs[i].msg_hdr.msg_name = &names[i];
			msgs[i].msg_hdr.msg_namelen = sizeof(names[i]);
			msgs[i].msg_hdr.msg_control = controls[i];
			msgs[i].msg_hdr.msg_controllen = sizeof(controls[i]);
		}
		n = recvmmsg(fd, msgs, MAX, MSG_WAITFORONE, NULL);

		if (n < 0)
			err(1, "recvmmsg");
		for (int i = 0; i < n; i++) {
			memcpy(out + len, payloads[i], msgs[i].msg_len);
			len += msgs[i].msg_len;
		}
		if (write(1, out, len) != (ssize_t)len)
			err(1, "write");
	}
}
