/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that this project does not use; the build puts this header before every source. */
#ifndef ICA_BASE_BANNED_H
#define ICA_BASE_BANNED_H

/* The standard headers first: poisoned names may not even be declared afterwards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol atof localtime gmtime rand gets

#endif
