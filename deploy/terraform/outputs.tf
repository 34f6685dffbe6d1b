output "target_group_arn" {
  description = "The GENEVE target group that the agents register in."
  value       = aws_lb_target_group.this.arn
}

output "endpoint_service_name" {
  description = "Name of the service for aws_vpc_endpoint of type GatewayLoadBalancer."
  value       = aws_vpc_endpoint_service.this.service_name
}

output "security_group_id" {
  description = "Security group of the appliances, to add rules of their own."
  value       = aws_security_group.this.id
}

output "role_name" {
  description = "Role of the appliances, to attach what else they need."
  value       = aws_iam_role.this.name
}

output "autoscaling_group_name" {
  description = "Auto Scaling group of the appliances."
  value       = aws_autoscaling_group.this.name
}
