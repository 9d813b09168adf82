/* SPDX-License-Identifier: Apache-2.0 */
/* The port of graph files for ONNX (.onnx) and OpenVINO's IR (.xml with a .bin beside it). */
#ifndef ICA_ADAPTERS_ONNX_ONNX_GRAPH_FILES_H
#define ICA_ADAPTERS_ONNX_ONNX_GRAPH_FILES_H

#include "ports/graph_files.h"

extern struct ica_graph_reader ica_onnx_graph_reader;

#endif
