#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

// rd_kafka_producev takes varargs, which Swift cannot call.
static inline rd_kafka_resp_err_t attain_kafka_produce(
    rd_kafka_t *client, rd_kafka_topic_t *topic, int32_t partition, const void *key, size_t key_size, const void *value,
    size_t value_size, int64_t timestamp, rd_kafka_headers_t *headers, void *opaque) {
    return rd_kafka_producev(
        client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_KEY((void *)key, key_size), RD_KAFKA_V_VALUE((void *)value, value_size),
        RD_KAFKA_V_TIMESTAMP(timestamp), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
}

// rd_kafka_mock_broker_push_request_error_rtts takes varargs too.
static inline rd_kafka_resp_err_t attain_kafka_mock_delay(
    rd_kafka_mock_cluster_t *cluster, int32_t broker, int16_t request, int milliseconds) {
    return rd_kafka_mock_broker_push_request_error_rtts(
        cluster, broker, request, (size_t)1, RD_KAFKA_RESP_ERR_NO_ERROR, milliseconds);
}
