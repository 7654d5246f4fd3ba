#include <jni.h>
#include <stdint.h>

JNIEXPORT jlong JNICALL Java_leaks_JniGlobal_hold(JNIEnv *env, jclass type, jobject object) {
  (void)type;
  return (jlong)(intptr_t)(*env)->NewGlobalRef(env, object);
}

JNIEXPORT void JNICALL Java_leaks_JniGlobal_release(JNIEnv *env, jclass type, jlong reference) {
  (void)type;
  (*env)->DeleteGlobalRef(env, (jobject)(intptr_t)reference);
}
