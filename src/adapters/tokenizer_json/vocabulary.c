/* SPDX-License-Identifier: Apache-2.0 */
#include "adapters/tokenizer_json/vocabulary.h"

enum ica_status ica_token_vocabulary_read_bytes(struct ica_token_vocabulary *vocabulary,
                                                const struct ica_token_reader *reader,
                                                const json_t *model)
{
    bool falls_back = false;
    enum ica_status status = ica_token_flag(reader, model, "byte_fallback", false, &falls_back);
    for (unsigned byte = 0; falls_back && byte < 256; byte++) {
        char name[8];
        (void)snprintf(name, sizeof name, "<0x%02X>", byte & 0xFF);
        const struct ica_token_entry *entry =
            ica_token_table_find(&vocabulary->table, name, strlen(name));
        vocabulary->has_bytes[byte] = entry;
        vocabulary->byte_tokens[byte] = entry ? entry->id : 0;
    }
    return status;
}

bool ica_token_vocabulary_has_bytes(const struct ica_token_vocabulary *vocabulary, const char *text,
                                    size_t size)
{
    size_t i = 0;
    while (i < size && vocabulary->has_bytes[(unsigned char)text[i]]) {
        i++;
    }
    return i == size;
}

enum ica_status ica_token_vocabulary_refuse(const struct ica_token_reader *reader,
                                            enum ica_status status)
{
    return status ? ica_error_prefix(reader->err, status, "%.200s: \"vocab\": ", reader->path)
                  : ICA_OK;
}
