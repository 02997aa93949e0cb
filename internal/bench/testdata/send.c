/*
 * The reference: puts the frame that comes on standard input on a device N
 * times, BATCH of them with one sendmmsg(2), or one by one with send(2) if
 * BATCH is 1. Every frame of a batch has a buffer of its own. Nothing is built.
 *
 *	send DEVICE N BATCH < FRAME
 */
#define _GNU_SOURCE
#include <err.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX 64

static char frames[MAX][2048];
static struct iovec iov[MAX];
static struct mmsghdr msgs[MAX];

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	long left, batch;
	ssize_t size;
	int fd, one = 1;

	if (argc != 4 || (batch = atol(argv[3])) < 1 || batch > MAX)
		errx(1, "usage: send DEVICE N BATCH < FRAME, BATCH 1 to %d", MAX);
	left = atol(argv[2]);
	size = read(0, frames[0], sizeof(frames[0]));
	if (size <= 0)
		err(1, "read the frame");
	for (int i = 0; i < MAX; i++) {
		memcpy(frames[i], frames[0], size);
		iov[i] = (struct iovec){ frames[i], size };
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}

	fd = socket(AF_PACKET, SOCK_RAW, 0);
	to.sll_ifindex = if_nametoindex(argv[1]);
	if (fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		err(1, "open packet socket on %s", argv[1]);
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) < 0)
		err(1, "bypass the qdisc");

	while (left > 0) {
		int n = 1;

		if (batch == 1) {
			if (send(fd, frames[0], size, 0) < 0)
				err(1, "send");
		} else {
			n = sendmmsg(fd, msgs, left < batch ? left : batch, 0);
			if (n < 0)
				err(1, "sendmmsg");
		}
		left -= n;
	}
	return 0;
}
